"""The command `zhima`: one module a command, loaded only when it runs."""

from __future__ import annotations

import os
import sys

from zhima.engine.kinds import ZhimaError

MISTAKE = 2
INTERRUPTED = 130
"""As shells say it: 128 and the number of the signal."""


def main() -> None:
    """Run the command line; what a user can mend is a message and exit code 2, not a traceback.

    That is a ZhimaError, and whatever the operating system refuses: a full disk, a folder that may
    not be written. Ctrl-C is exit code 130 and no word.
    """
    try:
        from zhima.cli.app import app

        try:
            app()
        finally:
            sys.stdout.flush()
    except ZhimaError as error:
        _end(str(error))
    except OSError as error:
        # What could not be printed would be tried again, and told, at the very end.
        sys.stdout = None
        _end(_sentence(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end(message: str) -> None:
    print(f"zhima: {message}", file=sys.stderr)
    sys.exit(MISTAKE)


def _sentence(error: OSError) -> str:
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
