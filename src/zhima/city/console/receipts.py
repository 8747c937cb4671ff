"""A person's whole receipt in the office: each contact's part by name, each reading logged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib.admin import site
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhima.city.console.chains import LOG_IN, WhyForm, operator_of
from zhima.city.disclosure import overseeing
from zhima.city.disclosure.overseeing import Whole
from zhima.city.disclosure.readers import Refused
from zhima.city.language import told
from zhima.city.people.models import Person
from zhima.city.score.sentences import points, sentence
from zhima.city.scoring import policy
from zhima.engine.score.receipt import Item


class ReceiptForm(WhyForm):
    """Whose receipt, and why."""

    person = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it says, whose it is, what it gives."""

    factor: str
    words: str
    who: str
    amount: str


@require_http_methods(["GET", "POST"])
@staff_member_required(login_url=LOG_IN)
def receipt(request: HttpRequest) -> HttpResponse:
    """Ask why, log the reading, show the lines."""
    form = ReceiptForm(request.POST or None, initial={"person": request.GET.get("person", "")})
    context = {**site.each_context(request), "form": form, "title": _("What a score is made of")}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = get_object_or_404(Person, pk=said["person"])
        reader = operator_of(request)
        try:
            whole = overseeing.receipt_of(reader=reader, reference=said["why"], person=person)
        except Refused:
            form.add_error(None, _("There is no score to read. The attempt is in the log."))
        else:
            context |= {"person": person, "whole": whole, "rows": list(_rows(whole))}
    status = 422 if form.errors else 200
    return render(request, "console/receipt.html", context, status=status)


def _rows(whole: Whole) -> Iterator[Row]:
    under = policy.in_force(whole.score.as_of)
    titles = {each.id: told(each.title) for each in under.rulebook.rules.factors}
    contacts = [UUID(line.source) for line in whole.lines if line.item is Item.CONTACT]
    names = dict(Person.objects.filter(pk__in=contacts).values_list("pk", "name"))
    for line in whole.lines:
        who = names.get(UUID(line.source), "…") if line.item is Item.CONTACT else ""
        factor = titles.get(line.factor, "") if line.factor else ""
        yield Row(factor, sentence(line, under.catalogue), who, points(line.points_milli))
