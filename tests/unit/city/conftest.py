"""Every test of a city room gets an empty city."""

from tests.city_books import city

__all__ = ["city"]
