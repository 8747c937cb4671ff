"""Whose good? Two rulebooks judge the same record, for one person and for all; and what one switch
of a rulebook, the link to the courts, does to both.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.language import told
from zhima.city.oversight import judging
from zhima.city.oversight.judging import judge_once, reads_courts
from zhima.city.oversight.tables import tables
from zhima.city.scoring import policy
from zhima.city.scoring.naming import title_of
from zhima.engine.rulebook.load import shipped_names

FIRST, SECOND = "open", "zhima-2018"


class RulebookForm(forms.Form):
    """Which one, of those whose card looks at court lists."""

    rulebook = forms.ChoiceField(label=_("Rulebook"))

    def __init__(self, names: list[str], *args: object) -> None:
        super().__init__(*args)
        self.fields["rulebook"].choices = [(name, title_of(name)) for name in names]


class RulebooksForm(forms.Form):
    """Which two."""

    first = forms.ChoiceField(label=_("One rulebook"), initial=FIRST)
    second = forms.ChoiceField(label=_("Another"), initial=SECOND)

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        for field in self.fields.values():
            field.choices = [(name, title_of(name)) for name in shipped_names()]


@require_GET
def whose_good(request: HttpRequest) -> HttpResponse:
    """The person's two scores, and who gains and loses among everybody."""
    form = RulebooksForm(request.GET or {"first": FIRST, "second": SECOND})
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        names = form.cleaned_data["first"], form.cleaned_data["second"]
        now = clock.now()
        judged = judge_once(*names, at=now)
        if judged is not None:
            today = timezone.localdate(now)
            rules = [policy.of_day(name, today).policy.rulebook.rules for name in names]
            titles = [told(each.title) for each in rules]
            context |= {"judged": judged, "mine": judged.of(request.user.pk), "titles": titles}
            context |= tables(judged.as_record(), rules)
    return render(request, "oversight/whose_good.html", context)


@require_GET
def court_link(request: HttpRequest) -> HttpResponse:
    """What the link to the courts' lists does, to the person and to everybody, and cutting it."""
    now = clock.now()
    names = [name for name in shipped_names() if reads_courts(name, at=now)]
    in_force = policy.name_in_force(now)
    chosen = {"rulebook": in_force if in_force in names else names[0]}
    form = RulebookForm(names, request.GET or chosen)
    context: dict[str, object] = {"form": form, "in_force": policy.in_force(now).rulebook.rules}
    if form.is_valid():
        name = form.cleaned_data["rulebook"]
        judged = judging.court_link(name, at=now)
        if judged is not None:
            rules = policy.of_day(name, timezone.localdate(now)).policy.rulebook.rules
            titles = [_("With court lists"), _("Link cut")]
            context |= {"judged": judged, "mine": judged.of(request.user.pk), "titles": titles}
            context |= {"changed": judged.changed} | tables(judged.as_record(), [rules, rules])
    return render(request, "oversight/court_link.html", context)
