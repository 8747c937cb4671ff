"""Flats by the month."""
