"""`python -m zhima` is the command `zhima`."""

from zhima.cli import main

main()
