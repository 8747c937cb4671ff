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
STOP_WITHIN_S = 5
_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


@city.command()
def serve(
    home: Home = Path("demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8350,
    workers: Annotated[int, typer.Option(min=1, help="Processes; several need PostgreSQL.")] = 1,
) -> None:
    """Bring the tables up to date and serve the city."""
    django_of(home)
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()
    print(f"The city is at http://{host}:{port}/  (Ctrl-C ends it)", flush=True)
    serve_city(home, host, port, workers=workers)


def serve_city(home: Path, host: str, port: int, *, workers: int) -> None:
    """Serve the city in `home` until a signal ends it."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    _name_settings(home)
    Granian(
        "zhima.city.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        http=HTTPModes.http1,
        websockets=False,
        # Open pages hold a stream for ever; they find the city again by themselves.
        workers_kill_timeout=STOP_WITHIN_S,
        log_access=False,
        log_enabled=False,
    ).serve()


@city.command()
def step(
    days: Annotated[int, typer.Option(min=1, help="Days to let pass.")] = 1,
    home: Home = Path("demo"),
) -> None:
    """Let time pass in a demo, with the life and the scores of every day."""
    django_of(home)
    from rich.console import Console
    from rich.progress import Progress

    from zhima.city.demo import living

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("living", total=days)
        happened = living.step(days, told=lambda day: progress.update(task, completed=day))
    print(f"{days} days have passed; {happened} things happened.")


@city.command(context_settings=_ANYTHING)
def migrate(context: typer.Context, home: Home = Path("demo")) -> None:
    """Bring the tables up to date."""
    _manage(home, "migrate", *context.args)


@city.command(context_settings=_ANYTHING)
def manage(context: typer.Context, home: Home = Path("demo")) -> None:
    """Any of Django's management commands, such as `check --deploy` or `createsuperuser`."""
    _manage(home, *context.args)


def _manage(home: Path, *arguments: str) -> None:
    django_of(home)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhima city", *arguments])


def django_of(home: Path) -> None:
    """Make Django know the settings of the city in `home`."""
    _name_settings(home)
    import django

    django.setup(set_prefix=False)


def _name_settings(home: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
    os.environ["ZHIMA_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
