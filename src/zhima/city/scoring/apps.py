"""Scoring: what people let count becomes a score, while they watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from uuid import UUID

    from zhima.city.people.models import Tie


class ScoringConfig(AppConfig):
    """The app."""

    name = "zhima.city.scoring"

    def ready(self) -> None:
        """Ties and grants that change make the scorer look, in the same transaction."""
        from django.db.models.signals import post_save

        from zhima.city.consent.signals import changed
        from zhima.city.people.models import Tie

        post_save.connect(_tie_changed, sender=Tie, dispatch_uid="scoring")
        changed.connect(_consent_changed, dispatch_uid="scoring")


def _tie_changed(*, instance: Tie, **_: Any) -> None:
    from zhima.city.scoring.evidence import look_again

    if instance.agreed_at is not None:
        look_again(instance.low_id, other_id=instance.high_id, cause=f"tie:{instance.pk}")


def _consent_changed(*, person_id: UUID, recipient: str, **_: Any) -> None:
    from zhima.city.scoring.evidence import look_again

    if recipient == "score" or recipient.startswith("app:"):
        look_again(person_id, cause=f"consent:{recipient}")
