"""Badges of the residents: made in batches, each shown once, revocable."""
