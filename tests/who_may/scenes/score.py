"""Everybody has a score; the owner broke an agreement, which the contact felt."""

from __future__ import annotations

from datetime import timedelta

from tests.city_scores import APP, consent, good_record, new_scorer, opt_in, said, settle, tell
from tests.who_may.people import People
from zhima.city import clock
from zhima.city.consent.models import Grant
from zhima.city.people.models import Tie
from zhima.city.scoring import policy


def scene(people: People) -> dict[str, object]:
    """Where the paths of the owner's pages lead."""
    # A tie of today counts for nothing yet.
    Tie.objects.update(agreed_at=clock.now() - timedelta(days=200))
    readers = ("owner", "contact", "stranger", "merchant", "clerk", "operator")
    for reader in readers:
        person = getattr(people, reader).person
        opt_in(person)
        if reader == "owner":
            consent(person)
            tell(*good_record(person))
    scorer = new_scorer()
    settle(scorer)
    tell(said(people.owner.person, "obligation.breached", event_id="car:1"))
    settle(scorer)
    grant = Grant.objects.filter(person=people.owner.person, recipient=f"app:{APP}").first()
    return {
        "seq": 2,
        "cause": "car:1",
        "rulebook_id": "open",
        "sha": policy.in_force(clock.now()).rulebook.sha256[:12],
        "feature_id": "items_on_time_streak",
        "app_id": APP,
        "grant_id": grant.pk,
    }
