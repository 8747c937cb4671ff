"""Properties of the city start from an empty one."""

from tests.city_books import city

__all__ = ["city"]
