"""What everybody may read: the transparency report; and what each may read of themselves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.authority import courts
from zhima.city.authority import report as reports
from zhima.city.scoring import policy


@login_not_required
@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """This year's report."""
    return redirect("authority:report", clock.now().year)


@login_not_required
@require_GET
def report(request: HttpRequest, year: int) -> HttpResponse:
    """One year's requests of authorities."""
    rows = reports.rows(year)
    context = {
        "rows": rows,
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < clock.now().year else None,
        "asked": sum(row.asked for row in rows),
    }
    return render(request, "authority/report.html", context)


@login_not_required
@require_GET
def report_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The same, for machines."""
    headers = {"Content-Disposition": f'attachment; filename="transparency-{year}.csv"'}
    text = reports.as_csv(year, reports.rows(year))
    return HttpResponse(text, "text/csv; charset=utf-8", headers=headers)


@require_GET
def listings(request: HttpRequest) -> HttpResponse:
    """What courts say of the person, and whether the rulebook in force counts it."""
    context = {
        "listings": courts.of_person(request.user),
        "counts": policy.in_force(clock.now()).rulebook.rules.evidence.court_lists,
    }
    return render(request, "authority/listings.html", context)
