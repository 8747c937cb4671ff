"""`zhima demo`: the city with made-up residents, in the browser."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from zhima.city.demo import starting_over
from zhima.cli.city import Home, free_port, numeric, serve_city
from zhima.engine.kinds import ZhimaError

PORTS_TRIED = 20
LOOK_EVERY_S = 0.2


def demo(
    home: Home = Path("demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on, or the next free one.")
    ] = 8350,
    reset: Annotated[bool, typer.Option(help="Start the demo's history over.")] = False,
    show: Annotated[bool, typer.Option(help="Open it in a browser, where there is one.")] = True,
) -> None:
    """Open the city: residents and shops with a past, log-ins on the first page, two phones."""
    _end_on_signals()
    home.mkdir(parents=True, exist_ok=True)
    with _alone_in(home) as note:
        port = _free_port(host, port)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        note(address)
        if reset:
            _forget(home)
        _settle(home)
        _tell(address, show=show)
        while _serve_until_wished(home, host, port):
            _end_on_signals()
            _forget(home)
            _settle(home)
    print("The city is closed. What happened in it is kept; --reset starts it over.", flush=True)


def _forget(home: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        raise ZhimaError("only a demo on SQLite can be started over: empty the database yourself")
    starting_over.forget(home)


@contextlib.contextmanager
def _alone_in(home: Path) -> Iterator[Callable[[str], None]]:
    """One demo a folder: the lock goes with the process, and says where the demo is."""
    with (home / "running").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            where = file.read().strip() or "another address"
            raise ZhimaError(
                f"a demo runs in {home} already, at {where}: use it, or name another folder "
                "with --home (make demo DEMO='--home elsewhere')"
            ) from error

        def note(address: str) -> None:
            file.truncate(0)
            file.write(address)
            file.flush()

        yield note


def _free_port(host: str, wanted: int) -> int:
    """The first port from `wanted` on that nobody listens at."""
    numeric(host)
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        with contextlib.suppress(ZhimaError):
            return free_port(host, port)
    raise ZhimaError(f"no free port from {wanted} on at {host}: name another --port or --host")


def _settle(home: Path) -> None:
    """Bring the tables up to date and the residents in, in a process of its own.

    The one that waits stays small, and a server starts with nothing that another left behind.
    """
    command = [sys.executable, "-m", "zhima", "city", "manage", "--home", str(home)]
    done = subprocess.run([*command, "seed_demo", "--migrate"], check=False)
    if done.returncode:
        raise ZhimaError(f"the demo in {home} could not be prepared; --reset starts it over")


def _tell(address: str, *, show: bool) -> None:
    two = f"{address}demo/two/"
    print(f"The city is open at   {address}", flush=True)
    print(f"The tour, two phones:  {two}", flush=True)
    print("Ctrl-C closes it.", flush=True)
    if show and _has_a_window():
        threading.Thread(target=_open_when_up, args=(address, two), daemon=True).start()


def _has_a_window() -> bool:
    """Whether a browser would open in a window; a text browser would take the terminal away."""
    windows = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform != "linux" or any(os.environ.get(name) for name in windows)


def _open_when_up(address: str, page: str) -> None:
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    while True:
        with contextlib.suppress(OSError), socket.create_connection((host.strip("[]"), int(port))):
            break
        time.sleep(LOOK_EVERY_S)
    webbrowser.open(page)


def _end_on_signals() -> None:
    """Before the server is up, and between two lives of it, both signals end the command."""

    def end(*_: object) -> None:
        raise typer.Exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _serve_until_wished(home: Path, host: str, port: int) -> bool:
    """Serve until a signal ends it, or until it is to start over; whether it is."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOK_EVERY_S):
            if starting_over.is_wished(home):
                os.kill(os.getpid(), signal.SIGTERM)
                return

    os.environ[starting_over.SUPERVISED] = "1"
    threading.Thread(target=watch, daemon=True).start()
    try:
        serve_city(home, host, port, workers=1)
    finally:
        is_over.set()
    return starting_over.is_wished(home)
