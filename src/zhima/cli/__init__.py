"""The command `zhima`: one module a command, loaded only when it runs."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zhima.engine.kinds import ZhimaError

MISTAKE = 2
INTERRUPTED = 130
"""As shells say it: 128 and the number of the signal."""


def main() -> None:
    """Run the command line; what a user can mend is a message and exit code 2, not a traceback.

    That is a ZhimaError, and whatever the operating system refuses: a full disk, a folder that may
    not be written. Ctrl-C is exit code 130 and no word.
    """
    with _listening() as is_interrupted:
        try:
            _run()
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except Exception as error:
            # Libraries make their own errors of an interrupt: DuckDB a RuntimeError.
            if is_interrupted():
                sys.exit(INTERRUPTED)
            _explain(error)


def _run() -> None:
    from zhima.cli.app import app

    try:
        app()
    finally:
        sys.stdout.flush()


@contextmanager
def _listening() -> Iterator[Callable[[], bool]]:
    """Remember that Ctrl-C was pressed, whoever makes what of it."""
    heard: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    # A command started to run on regardless, as by nohup, stays so; other threads may not choose.
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not is_usual or threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield lambda: bool(heard)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _explain(error: Exception) -> None:
    if isinstance(error, ZhimaError):
        _end(str(error))
    if not isinstance(error, OSError):
        raise error
    # What could not be printed would be tried again, and told, at the very end.
    sys.stdout = None
    _end(_sentence(error))


def _end(message: str) -> None:
    print(f"zhima: {message}", file=sys.stderr)
    sys.exit(MISTAKE)


def _sentence(error: OSError) -> str:
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
