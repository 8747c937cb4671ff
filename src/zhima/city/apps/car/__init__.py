"""Cars by the day."""
