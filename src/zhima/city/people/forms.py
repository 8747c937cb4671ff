"""Forms about people."""

from __future__ import annotations

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhima.city.people.models import Person

TINTS = 6


class LogIn(LoginForm):
    """Log-in name and password."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = _("Log-in name")
        _without_placeholders(self)


class SignUp(SignupForm):
    """A log-in name, a password, and the name that others see."""

    name = forms.CharField(label=_("Name that others see"), max_length=60)
    field_order = ("name", "username", "password1", "password2")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["username"].label = _("Log-in name")
        _without_placeholders(self)

    def save(self, request: HttpRequest) -> Person:
        """The new resident."""
        person = super().save(request)
        person.name = self.cleaned_data["name"]
        person.tint = person.id.int % TINTS
        person.save(update_fields=["name", "tint"])
        return person


def _without_placeholders(form: forms.Form) -> None:
    """The label says it already, and stays when something is typed."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
