"""Shared bikes: scan, ride, lock."""
