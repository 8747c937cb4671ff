"""What a password may not be, beside what the framework refuses."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128
"""Longer than any sentence to remember, short enough to hash in no time."""


class MaximumLength:
    """A password that would cost the city more to hash than anybody to send is refused."""

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError when it is too long."""
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Your password can have %(n)d characters at most.") % {"n": LONGEST}
