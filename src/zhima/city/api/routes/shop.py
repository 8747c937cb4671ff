"""What the shop is called, where its software keeps its names."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from zhima.city.api.errors import ERRORS, ErrorOut
from zhima.city.api.schemas import NamesIn, NamesOut, ShopOut
from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import rename

router = Router(tags=["shop"])


@router.get("", response={200: ShopOut, ERRORS: ErrorOut}, operation_id="get_shop")
def shop(request: HttpRequest) -> ShopOut:
    """The shop whose key this is."""
    return _out(request.auth)


@router.put("/names", response={200: ShopOut, ERRORS: ErrorOut}, operation_id="name_shop")
def names(request: HttpRequest, names: NamesIn) -> ShopOut:
    """Call it this from now on. Signs that hang keep paying it."""
    rename(request.auth, names.en, names.zh)
    return _out(request.auth)


def _out(merchant: Merchant) -> ShopOut:
    return ShopOut(
        shop_id=str(merchant.pk),
        names=NamesOut(en=merchant.name_en, zh=merchant.name_zh),
        city=merchant.city,
    )
