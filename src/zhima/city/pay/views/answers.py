"""How a refusal is shown: the page again, its sentence on top, its name for machines."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhima.city.pay.outcomes import Refused
from zhima.city.pay.words import sentence

NOT_DONE = 422


def told(form: forms.Form, refused: Refused) -> None:
    """Put a refusal into a form, under its name."""
    form.add_error(None, forms.ValidationError(sentence(refused.reason), code=str(refused.reason)))


def page_with(
    request: HttpRequest, template: str, form: forms.Form, context: dict[str, object]
) -> HttpResponse:
    """A page with a form; one that was sent and refused says so by its status too."""
    reason = next((e.code for errors in form.errors.as_data().values() for e in errors), "")
    status = NOT_DONE if form.is_bound else 200
    return render(request, template, {**context, "form": form, "reason": reason}, status=status)


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A page that says why a code cannot be paid."""
    context = {"reason": str(refused.reason), "sentence": sentence(refused.reason)}
    return render(request, "pay/refused.html", context, status=NOT_DONE)
