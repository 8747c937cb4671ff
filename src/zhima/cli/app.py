"""The tree of commands. Each command's module registers here and imports its engine rooms late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

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
from zhima.cli.options import is_output
from zhima.cli.rulebook import rulebook
from zhima.cli.score import score
from zhima.cli.scorer import scorer
from zhima.cli.spine.command import spine
from zhima.cli.validate import validate
from zhima.cli.what_if import what_if
from zhima.engine.kinds import ZhimaError


class Careful(TyperCommand):
    """A command that writes over none of the files it reads, and to no file twice."""

    def invoke(self, ctx: Any) -> Any:
        """Run it; ZhimaError when an output is also an input or another output."""
        reads = list(_paths(ctx.params, [p.name for p in self.params if not _is_output(p)]))
        writes = list(_paths(ctx.params, [p.name for p in self.params if _is_output(p)]))
        for place, path in enumerate(writes):
            if path in reads or path in writes[:place]:
                raise ZhimaError(f"{path.name} is named twice, and would be written over")
        return super().invoke(ctx)


def _is_output(param: Any) -> bool:
    described = getattr(param, "type_descriptor", None)
    return getattr(described, "parameter_info", None) is not None and is_output(
        described.parameter_info.callback
    )


def _paths(values: dict[str, Any], names: list[str]) -> Iterator[Path]:
    for name in names:
        value = values.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Path):
                yield each.resolve()


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


def _careful(tree: typer.Typer) -> None:
    for command in tree.registered_commands:
        command.cls = Careful
    for group in tree.registered_groups:
        if group.typer_instance is not None:
            _careful(group.typer_instance)


_careful(app)
