"""The demo's authorities, and the list of a court on which one of its residents stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhima.city.authority.courts import import_list
from zhima.city.authority.models import Agency
from zhima.city.demo.history import Moment

AGENCIES = (
    ("river-court", "River court", "registry@court.example"),
    ("district-tax", "District tax office", "enquiries@tax.example"),
)
LISTED_DAYS_AGO = 60


def moments(now: datetime) -> Iterator[Moment]:
    """Authorities are known to the city; later a court sends its list."""
    yield Moment(now - timedelta(days=200), _agencies)
    yield Moment(now - timedelta(days=LISTED_DAYS_AGO), _list)


def _agencies(at: datetime) -> None:
    for key, name, contact in AGENCIES:
        Agency.objects.create(pk=key, name=name, contact=contact)


def _list(at: datetime) -> None:
    row = f"li,{at:%Y-%m-%d},Costs of a judgment unpaid,Pay them at the registry,"
    import_list(
        text=f"person,listed_on,reason,remedy,cleared_on\n{row}\n",
        name=f"list-{at:%Y-%m}.csv",
        agency=Agency.objects.get(pk=AGENCIES[0][0]),
        by=None,
    )
