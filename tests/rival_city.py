"""Another operator's city, run as a process of its own: prints the code of its shop, then serves.

    python -m tests.rival_city PORT

Its environment names its folder, where its tables are, its operator and whom it works with.
Ask /balance for its shop's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

os.environ["DJANGO_SETTINGS_MODULE"] = "zhima.city.settings"
import django

django.setup()
from django.core.wsgi import get_wsgi_application  # noqa: E402

from zhima.city.ledger.history import find_account  # noqa: E402
from zhima.city.pay.shops import open_shop, shop_account, shop_code  # noqa: E402
from zhima.city.people.models import Person  # noqa: E402
from zhima.city.wallet import books  # noqa: E402


def main() -> None:
    """Settle and serve."""
    shop = open_shop(owner=Person.objects.create_user("keeper"), name="Rival shop", city="Wuhan")
    city = get_wsgi_application()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/balance":
            return city(environ, start)
        start("200 OK", [("Content-Type", "text/plain")])
        account = find_account(books.store(), account_id=shop_account(shop.pk))
        return [str(account.balance_fen).encode()]

    with make_server("127.0.0.1", int(sys.argv[1]), answer, WSGIServer) as server:
        print(shop_code(shop), flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
