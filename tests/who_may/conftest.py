"""Every row is played in an empty city."""

from tests.city_books import city

__all__ = ["city"]
