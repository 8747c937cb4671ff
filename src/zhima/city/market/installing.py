"""How an app of the city is installed: its tile, and in the demo its shop and what that offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from ruamel.yaml import YAML

from zhima.city.language import told
from zhima.city.phone.tiles import Tile

if TYPE_CHECKING:
    from zhima.city.demo.history import Moment
    from zhima.city.pay.models import Merchant
    from zhima.city.people.models import Person

INVENTORY = "inventory.yaml"
OPENED_BEFORE = timedelta(days=45)


class MiniApp(AppConfig):
    """Config of an app whose folder holds `manifest.yaml` and `inventory.yaml`."""

    default = False
    """Each app's own config is the one to install."""
    place: int = 100
    """Where on the home page."""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """One entry of the home page, as the manifest says."""
        from zhima.city.market.shelf import manifest_of

        manifest = manifest_of(self.label)
        return (
            Tile(
                told(manifest.name),
                f"{self.label}:front",
                manifest.icon,
                tint=manifest.tint,
                order=self.place,
            ),
        )

    def seed_demo(self, residents: Mapping[str, Person], now: datetime) -> Iterator[Moment]:
        """The demo's shops of this app open, with all that they offer."""
        from zhima.city.demo.history import Moment

        for shop in inventory_of(Path(self.path)):
            yield Moment(now - OPENED_BEFORE, _opening(self.label, shop, residents))


def inventory_of(folder: Path) -> list[dict[str, Any]]:
    """The shops of an app and their offers, as its file says."""
    with (folder / INVENTORY).open(encoding="utf-8") as file:
        shops: list[dict[str, Any]] = YAML(typ="safe").load(file)["shops"]
    return shops


def stock_up(app_id: str, merchant: Merchant, offers: list[dict[str, Any]]) -> int:
    """Put a shop's offers on the shelf, or bring them up to date; how many they are."""
    from zhima.city.market.models import Offer

    for place, said in enumerate(offers):
        detail = said.get("detail", {})
        Offer.objects.update_or_create(
            app_id=app_id,
            key=said["key"],
            defaults={
                "merchant": merchant,
                "title_en": said["title"]["en"],
                "title_zh": said["title"]["zh"],
                "detail_en": detail.get("en", ""),
                "detail_zh": detail.get("zh", ""),
                "price_fen": said.get("price_fen", 0),
                "pattern": said.get("pattern", {}),
                "stock": said.get("stock"),
                "door": said.get("door", ""),
                "deposit_fen": said.get("deposit_fen", 0),
                "facts": said.get("facts", {}),
                "place": said.get("place", place),
            },
        )
    return len(offers)


def _opening(
    app_id: str, said: dict[str, Any], residents: Mapping[str, Person]
) -> Callable[[datetime], None]:
    def happen(at: datetime) -> None:
        from zhima.city.pay.models import Clerk
        from zhima.city.pay.shops import open_shop

        keepers = [residents[name] for name in said["keepers"]]
        name = said["name"]
        shop = open_shop(owner=keepers[0], name=name["en"], name_zh=name["zh"], city="Chengdu")
        for clerk in keepers[1:]:
            Clerk.objects.get_or_create(merchant=shop, person=clerk)
        stock_up(app_id, shop, said["offers"])

    return happen
