"""A rulebook by its id and hash: where the small reference under a sentence leads."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.scoring import naming
from zhima.city.scoring import policy as policies


@require_GET
def rulebook(request: HttpRequest, rulebook_id: str, sha: str) -> HttpResponse:
    """What it says of bands, friends, doors and appeals; its newest state for a hash long gone."""
    asked = f"{rulebook_id}#{sha}"
    found = naming.version(rulebook_id, sha) or naming.newest(rulebook_id)
    if found is None:
        raise Http404
    rules = found.rules
    in_force = policies.in_force(clock.now()).rulebook.name
    context = {
        "rulebook": found,
        "rules": rules,
        "asked": asked,
        "is_asked": found.name == asked,
        "is_in_force": found.name == in_force,
        "in_force": in_force,
        "percent": round(rules.friends.weight * 100),
        "factors": [(each.title, round(each.share * 100)) for each in rules.factors],
    }
    return render(request, "score/rulebook.html", context)
