"""`zhima city`: run the service, and look after it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import Annotated

import typer

from zhima.engine.kinds import ZhimaError

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
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8350,
    workers: Annotated[int, typer.Option(min=1, help="Processes; several need PostgreSQL.")] = 1,
) -> None:
    """Bring the tables up to date and serve the city."""
    free_port(host, port)
    django_of(home, Need.DATABASE)
    from django.core.management import call_command
    from django.db import connections

    with _database_errors():
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
        address=numeric(host),
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
    django_of(home, Need.SETTINGS)
    from django.core.management import execute_from_command_line

    with _database_errors():
        execute_from_command_line(["zhima city", *arguments])


class Need(Enum):
    """How much of the city a command needs before it starts."""

    SETTINGS = auto()
    DATABASE = auto()
    TABLES = auto()


def django_of(home: Path, need: Need = Need.TABLES) -> None:
    """Make Django know the city in `home`; ZhimaError when what is needed of it is not there."""
    _name_settings(home)
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup(set_prefix=False)
    except (ImproperlyConfigured, ValueError) as error:
        raise ZhimaError(f"the city cannot start with these settings: {error}") from error
    if need is Need.SETTINGS:
        return
    with _database_errors():
        if _lags_behind() and need is Need.TABLES:
            raise ZhimaError(
                f"the tables of the city in {home} are not up to date: "
                f"zhima city migrate --home {home}"
            )


def _lags_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _database_errors() -> Iterator[None]:
    """A database that is none, or that nobody answers for, is a mistake of whoever named it."""
    from django.db import Error

    try:
        yield
    except Error as error:
        reason = str(error).partition("\n")[0]
        raise ZhimaError(f"the city's database cannot be used: {reason}") from error


def numeric(host: str) -> str:
    """The address that a name of a host stands for; ZhimaError when it stands for none."""
    try:
        return str(socket.getaddrinfo(host, None)[0][4][0])
    except OSError as error:
        raise ZhimaError(f"--host {host}: there is no such address") from error


def free_port(host: str, port: int) -> int:
    """The port, or any for 0; ZhimaError when one cannot listen there."""
    address = numeric(host)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.create_server((address, port), family=family) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise ZhimaError(f"cannot listen at {host}:{port}: {reason}") from error


def _name_settings(home: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
    os.environ["ZHIMA_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
