"""Who lives in the city, and their ties. A tie that ended stays in its row: history is kept."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhima.city import clock


class People(UserManager["Person"]):
    """Makes people; a log-in name and a password are enough."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Person:
        """A resident; the shown name is the log-in name unless another is given."""
        person = self.model(username=username, **{"name": username, **fields})
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(
        self, username: str, password: str | None = None, **fields: object
    ) -> Person:
        """An operator who may use the office."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class IdentityLevel(models.IntegerChoices):
    """How well the city knows who somebody is."""

    UNCHECKED = 0, _("Name not checked")
    DOCUMENT = 1, _("Document checked")
    IN_PERSON = 2, _("Met in person")


class Person(AbstractBaseUser, PermissionsMixin):
    """A resident. `str(id)` is the `person_id` of the engine's tables."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("log-in name"),
        max_length=32,
        unique=True,
        validators=[ASCIIUsernameValidator()],
        error_messages={"unique": _("This log-in name is taken: choose another.")},
    )
    name = models.CharField(_("name"), max_length=60)
    identity_level = models.PositiveSmallIntegerField(
        choices=IdentityLevel, default=IdentityLevel.UNCHECKED
    )
    tint = models.PositiveSmallIntegerField(default=0)
    """Which of the palette's tints is behind the initials."""
    is_resident_of_demo = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    objects = People()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """What the office calls them."""
        return self.name

    @property
    def initials(self) -> str:
        """One sign of a Chinese name, the first letters of two words of any other."""
        if ord(self.name[:1] or " ") > 0x2E7F:
            return self.name[-1:]
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def identity_word(self) -> str:
        """How well the city knows who this is, in the reader's language."""
        return str(IdentityLevel(self.identity_level).label)


class Tie(models.Model):
    """Two people as contacts: asked by one, agreed by the other, ended by either."""

    low = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    high = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="tie_pair_in_order"),
            models.UniqueConstraint(
                fields=("low", "high"), condition=Q(ended_at=None), name="one_open_tie_a_pair"
            ),
        )

    def __str__(self) -> str:
        return f"{self.low_id} - {self.high_id}"


class Block(models.Model):
    """One person wants to hear nothing from another."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "blocked"), name="one_block_a_pair"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} x {self.blocked_id}"
