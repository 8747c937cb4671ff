"""The command `zhima`: one module a command, loaded only when it runs."""

from __future__ import annotations

import sys

from zhima.engine.kinds import ZhimaError


def main() -> None:
    """Run the command line; a ZhimaError is a message and exit code 2, not a traceback."""
    from zhima.cli.app import app

    try:
        app()
    except ZhimaError as error:
        print(f"zhima: {error}", file=sys.stderr)
        sys.exit(2)
