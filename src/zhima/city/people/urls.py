"""Addresses of people."""

from __future__ import annotations

from django.urls import path, register_converter

from zhima.city.people import views

app_name = "people"


class WishConverter:
    """One of the wishes about a contact."""

    regex = "|".join(views.STEPS)

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(WishConverter, "wish")

urlpatterns = [
    path("", views.contacts, name="contacts"),
    path("find/", views.find, name="find"),
    path("<uuid:person_id>/", views.person, name="person"),
    path("<uuid:person_id>/<wish:wish>/", views.step, name="step"),
]
