"""The tree of commands. Each command's module registers here and imports its engine rooms late."""

from __future__ import annotations

import typer

from zhima.cli.audit import audit
from zhima.cli.badge import badge
from zhima.cli.city import city
from zhima.cli.demo import demo
from zhima.cli.doors import doors
from zhima.cli.explain import explain
from zhima.cli.features import features
from zhima.cli.fit import fit
from zhima.cli.import_ import import_
from zhima.cli.lab import lab
from zhima.cli.ledger import ledger
from zhima.cli.log import log
from zhima.cli.network import network
from zhima.cli.rulebook import rulebook
from zhima.cli.score import score
from zhima.cli.scorer import scorer
from zhima.cli.spine.command import spine
from zhima.cli.validate import validate
from zhima.cli.what_if import what_if

app = typer.Typer(
    name="zhima",
    help="OpenZhima: a score from 350 to 950, every point of it explained.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(city, name="city")
app.add_typer(ledger, name="ledger")
app.add_typer(log, name="log")
app.add_typer(badge, name="badge")
app.add_typer(rulebook, name="rulebook")
app.add_typer(scorer, name="scorer")
app.add_typer(network, name="network")
app.add_typer(doors, name="doors")
app.add_typer(lab, name="lab")
app.command()(demo)
app.command()(audit)
app.command()(spine)
app.command("import")(import_)
app.command()(features)
app.command()(fit)
app.command()(validate)
app.command()(score)
app.command()(explain)
app.command("what-if")(what_if)
