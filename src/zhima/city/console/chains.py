"""The spiral in the office: one chain with names and numbers, each reading of it logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib.admin import site
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminTextInputWidget

from zhima.city import clock
from zhima.city.disclosure import overseeing
from zhima.city.disclosure.chains import Link
from zhima.city.disclosure.readers import Reader, ReaderKind
from zhima.city.obligations.evidence import contestable
from zhima.city.obligations.models import Obligation
from zhima.city.people.models import Person
from zhima.city.scoring import policy
from zhima.city.scoring.naming import title_of
from zhima.city.scoring.wording import what_happened
from zhima.engine.rulebook.model import Rulebook

LOG_IN = "admin:login"
MOST_SHOWN = 40
"""People of one step that are listed by name; of more the number is said."""


class WhyForm(forms.Form):
    """Why something is looked at: everybody whose score it shows will read the reason."""

    why = forms.CharField(
        label=gettext_lazy("Why you look: everybody whose score it shows will read this"),
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
    )


class ChainForm(WhyForm):
    """Which chain, and why."""

    cause = forms.CharField(widget=forms.HiddenInput, max_length=120)


@dataclass(frozen=True, slots=True)
class Moved:
    """One person's step."""

    name: str
    old: int | None
    new: int

    @property
    def by(self) -> int:
        """Points with their sign; 0 for a first score."""
        return self.new - self.old if self.old is not None else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the time line."""

    at: datetime
    words: str
    rule: str
    moved: tuple[Moved, ...]
    more: int
    """How many people moved beside those listed."""
    within_s: int | None


def operator_of(request: HttpRequest) -> Reader:
    """Whoever is logged in, as the log names a reader."""
    operator: Person = request.user
    return Reader(ReaderKind.OPERATOR, str(operator.pk), operator.name)


def cause_of(obligation: Obligation) -> str:
    """The item that an agreement's trouble is on record by; empty when there is none."""
    moves = obligation.moves.order_by("-seq")
    return next((item for item in map(contestable, moves) if item), "")


@require_http_methods(["GET", "POST"])
@staff_member_required(login_url=LOG_IN)
def chain(request: HttpRequest) -> HttpResponse:
    """Ask why, log the reading, show the chain."""
    form = ChainForm(request.POST or None, initial={"cause": request.GET.get("cause", "")})
    rows: list[Row] | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        reader = operator_of(request)
        found = overseeing.chain_of(reader=reader, reference=said["why"], cause=said["cause"])
        rows = _rows(found)
    title = _("The whole chain")
    context = {**site.each_context(request), "form": form, "rows": rows, "title": title}
    status = 422 if form.errors else 200
    return render(request, "console/chain.html", context, status=status)


def _rows(found: list[Link]) -> list[Row]:
    ids = {each.person_id for link in found for each in link.moved}
    ids |= {each for link in found for each in (link.whose, link.ended_by, link.ended_with) if each}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    loaded = policy.in_force(clock.now()).rulebook
    title = title_of(loaded.name)
    return [_row(link, names, loaded.rules, title) for link in found]


def _row(link: Link, names: dict[UUID, str], rules: Rulebook, rulebook: str) -> Row:
    moved = [
        Moved(names.get(each.person_id, "…"), each.old, each.new)
        for each in link.moved
        if each.has_moved
    ]
    moved.sort(key=lambda each: each.by)
    return Row(
        at=link.at,
        words=_words(link, names),
        rule=_rule(link, rules, rulebook),
        moved=tuple(moved[:MOST_SHOWN]),
        more=max(0, len(moved) - MOST_SHOWN),
        within_s=link.within_s,
    )


_ABOUT: dict[str, Promise] = {
    "suspend": gettext_lazy("%(name)s: contested, counts for nothing meanwhile"),
    "unsuspend": gettext_lazy("%(name)s: the appeal is over, it counts again"),
    "strike": gettext_lazy("%(name)s: struck, it counts no more"),
}


def _words(link: Link, names: dict[UUID, str]) -> str:
    if link.ends_a_tie:
        pair = {"name": names.get(link.ended_by, "…"), "other": names.get(link.ended_with, "…")}
        return _("%(name)s ended the contact with %(other)s") % pair
    name = names.get(link.whose, "…") if link.whose else "…"
    if link.about:
        return str(_ABOUT[link.about]) % {"name": name}
    return f"{name}: {what_happened(link.event_kind, link.days_late)}"


def _rule(link: Link, rules: Rulebook, rulebook: str) -> str:
    if link.ends_a_tie:
        return _("A tie counts only while both agree")
    breach = next((each for each in rules.breaches if each.kind == link.event_kind), None)
    if breach is None or link.about:
        return rulebook
    return f"{what_happened(link.event_kind)}, {breach.author}, {rulebook}"
