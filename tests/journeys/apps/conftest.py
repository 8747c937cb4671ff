"""Every journey through the mini-apps starts in an empty city with empty books."""

from tests.city_books import city

__all__ = ["city"]
