"""The demo's shops, and what its residents bought there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from zhima.city.demo.history import Moment
from zhima.city.pay.models import Merchant
from zhima.city.pay.outcomes import Refused
from zhima.city.pay.paying import pay_bill, read_bill
from zhima.city.pay.shops import open_shop, shop_code
from zhima.city.people.models import Person
from zhima.engine.kinds import Text, ZhimaError

SHOPS = (
    # name in English and Chinese, owner, kind, ISO 18245 category, whether tips are welcome
    (Text("Mei's tea stall", "小梅茶摊"), "mei", Merchant.Kind.SHOP, "5814", False),
    (Text("Noodle house", "面馆"), "chen", Merchant.Kind.SHOP, "5812", True),
    (Text("River railway", "河畔铁路"), "li", Merchant.Kind.SHOP, "4112", False),
    (Text("River care", "河畔关怀"), "li", Merchant.Kind.CHARITY, "8398", False),
)
BOUGHT = (
    # days ago, payer, shop, fen
    (8, "ana", "Mei's tea stall", 12_00),
    (5, "bo", "Mei's tea stall", 9_50),
    (5, "ana", "Noodle house", 38_00),
    (3, "li", "Noodle house", 46_00),
    (2, "ana", "River care", 10_00),
    (1, "chen", "Mei's tea stall", 12_00),
)


def moments(residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
    """Shops open, then people buy."""
    for name, owner, kind, category, tips in SHOPS:
        happen = _open(residents[owner], name, kind, category, tips)
        yield Moment(now - timedelta(days=11), happen)
    for days, payer, shop, amount_fen in BOUGHT:
        at = now - timedelta(days=days, hours=days % 7)
        yield Moment(at, partial(_buy, residents[payer], shop, amount_fen))


def _open(
    owner: Person, name: Text, kind: str, category: str, tips: bool
) -> Callable[[datetime], None]:
    def happen(_: datetime) -> None:
        open_shop(
            owner=owner,
            name=name.en,
            name_zh=name.zh,
            city="Chengdu",
            kind=kind,
            category=category,
            tip_hundredths=0 if tips else None,
        )

    return happen


def _buy(payer: Person, shop: str, amount_fen: int, at: datetime) -> None:
    bill = read_bill(shop_code(Merchant.objects.get(name_en=shop)))
    if isinstance(bill, Refused):
        raise ZhimaError(f"the demo's shop {shop} cannot be paid: {bill.reason}")
    answer = pay_bill(bill, payer=payer, amount_fen=amount_fen, key=f"demo-{at:%Y%m%d%H%M}")
    if isinstance(answer, Refused):
        raise ZhimaError(f"the demo's payment to {shop} was refused: {answer.reason}")
