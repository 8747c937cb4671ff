"""`zhima explain`: one person's receipt, read back, checked, and put into words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import CardFile, CatalogueFile, RulebookName, RulesOf, policy_for

Scores = Annotated[Path, typer.Option(help="Scores written by `zhima score`.")]


class Reader(StrEnum):
    """Who reads a receipt: the person, to whom contacts are not named, or the operator."""

    PERSON = "person"
    OPERATOR = "operator"


For = Annotated[Reader, typer.Option("--for", help="person (contacts unnamed) or operator.")]
Language = Annotated[str, typer.Option("--lang", help="en or zh.")]


def explain(
    person: Annotated[str, typer.Argument(help="The person's id.")],
    scores: Scores = Path("scores.parquet"),
    receipts: Annotated[Path | None, typer.Option(help="Default: beside the scores.")] = None,
    rulebook: RulebookName = "",
    card: CardFile = None,
    catalogue: CatalogueFile = None,
    rules_of: RulesOf = None,
    reader: For = Reader.PERSON,
    lang: Language = "en",
) -> None:
    """Print a person's receipt, why it is what it is, and the doors it opens.

    Every line is recomputed from the receipt alone with the card and rulebook; exit code 3 when
    one does not follow from what it states.
    """
    from zhima.cli.receipt_text import Wording, doors_text, receipt_text
    from zhima.engine.doors import decide_all
    from zhima.engine.doors.decide import Standing
    from zhima.engine.score.explain import check, read_receipt, read_score, require_same_rules

    stated = read_score(scores, person_id=person)
    lines = read_receipt(receipts or scores.with_suffix(".receipts.parquet"), person_id=person)
    name = rulebook or stated["rulebook"].partition("#")[0]
    # The hashes that a score states say more than whether events could fill the card's columns.
    policy = policy_for(
        name,
        stated["as_of"],
        rules_of=rules_of,
        card=card,
        catalogue=catalogue,
        of_table=True,
    )
    require_same_rules(stated, policy)
    named = reader is Reader.OPERATOR or policy.rulebook.rules.friends.named_to_person
    wording = Wording.of(policy, lang=lang, named=named)
    print(receipt_text(stated, lines, wording))
    standing = Standing(stated["score"], stated["low"], stated["high"])
    print(doors_text(decide_all(policy.rulebook, standing=standing), wording))
    findings = check(lines, card=policy.card, rules=policy.rulebook.rules)
    for finding in findings:
        print(f"line {finding.row} does not follow from what it states: {finding.value}")
    if findings:
        raise typer.Exit(3)
