"""The log's rows: a public body that is never changed, and a private side that can be erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One reading, or one refusal of it.

    `body` is the leaf of the Merkle tree and names nobody; it commits to `salt` and `detail`, the
    private side, which can be erased without touching the log.
    """

    at = models.DateTimeField()
    body = models.BinaryField()
    place = models.BigIntegerField(null=True, unique=True)
    """Which leaf of the tree it is, counted from 0; None until the next integration."""
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="disclosures", null=True
    )
    reader = models.CharField(max_length=100, blank=True)
    """Who asked, to count how often; private like the detail."""
    sealed_until = models.DateTimeField(null=True)
    salt = models.BinaryField(null=True)
    detail = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("person", "-at"), name="disclosures_of_a_person"),
            models.Index(
                fields=("id",), condition=models.Q(place=None), name="disclosures_not_placed"
            ),
        )

    def __str__(self) -> str:
        return f"entry {self.place if self.place is not None else 'to be placed'}"


class Tile(models.Model):
    """256 hashes of the tree, or as many as there are so far."""

    level = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("level", "n"), name="one_tile_a_place"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.n}"


class Tree(models.Model):
    """The one row that says how long the log is; whoever holds it places entries."""

    size = models.BigIntegerField(default=0)
    note = models.TextField(blank=True)
    """The head as it was signed last."""

    def __str__(self) -> str:
        return f"{self.size} entries"
