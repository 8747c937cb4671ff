"""Addresses of the partner API."""
urlpatterns: list = []
