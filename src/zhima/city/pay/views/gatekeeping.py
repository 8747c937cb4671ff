"""Who may see and do what at a shop."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import Role, role_at
from zhima.city.people.models import Person

ShopView = Callable[..., HttpResponse]


def for_roles(*roles: Role) -> Callable[[ShopView], ShopView]:
    """Give the view the shop, to those who are one of `roles` there; 404 for everybody else."""

    def decorate(view: ShopView) -> ShopView:
        @wraps(view)
        def guarded(request: HttpRequest, shop_id: UUID, **kwargs: object) -> HttpResponse:
            merchant = get_object_or_404(Merchant, pk=shop_id)
            role = role_at(merchant, cast(Person, request.user))
            if role not in roles:
                raise Http404
            return view(request, merchant, **kwargs)

        return guarded

    return decorate
