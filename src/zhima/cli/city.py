"""`zhima city`: run the service, and look after it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

city = typer.Typer(no_args_is_help=True, help="Run the city: wallet, people, apps.")

Home = Annotated[
    Path, typer.Option("--home", envvar="ZHIMA_HOME", help="Folder with the city's data.")
]
_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


@city.command()
def serve(
    home: Home = Path("demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8350,
    workers: Annotated[int, typer.Option(min=1, help="Processes; several need PostgreSQL.")] = 1,
) -> None:
    """Bring the tables up to date and serve the city."""
    _django(home)
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    _serve(host, port, workers)


@city.command()
def demo(
    home: Home = Path("demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8350,
    reset: Annotated[bool, typer.Option(help="Start the demo's history over.")] = False,
) -> None:
    """Serve the city with made-up residents and their history, in one process."""
    if reset:
        _forget(home)
    _django(home)
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed_demo")
    _serve(host, port, workers=1)


def _forget(home: Path) -> None:
    """Remove the databases and the time of a demo, and nothing else that may be in the folder."""
    for name in ("city", "ledger"):
        for path in home.glob(f"{name}.sqlite3*"):
            path.unlink()
    (home / "clock-lead").unlink(missing_ok=True)


def _serve(host: str, port: int, workers: int) -> None:
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces

    connections.close_all()
    print(f"The city is at http://{host}:{port}/  (Ctrl-C ends it)", flush=True)
    Granian(
        "zhima.city.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        log_access=False,
        log_enabled=False,
    ).serve()


@city.command(context_settings=_ANYTHING)
def migrate(context: typer.Context, home: Home = Path("demo")) -> None:
    """Bring the tables up to date."""
    _manage(home, "migrate", *context.args)


@city.command(context_settings=_ANYTHING)
def manage(context: typer.Context, home: Home = Path("demo")) -> None:
    """Any of Django's management commands, such as `check --deploy` or `createsuperuser`."""
    _manage(home, *context.args)


def _manage(home: Path, *arguments: str) -> None:
    _django(home)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhima city", *arguments])


def _django(home: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
    os.environ["ZHIMA_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
    import django

    django.setup(set_prefix=False)
