"""A seeded, plainly fictional tool-library co-operative whose members live for two years."""
