"""The demo's steps: raw papers, import, fit, score, explain, and a page that shows them."""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zhima.cli.progress import Stages
from zhima.cli.spine.page import Spiral, write_page
from zhima.engine.events.importer import import_files
from zhima.engine.events.mapping import load_mapping
from zhima.engine.events.staging import Imported
from zhima.engine.features.declaration import load_catalogue
from zhima.engine.files import read_table, write_table
from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored
from zhima.engine.score.explain import read_receipt
from zhima.engine.score.fit import Policy, load_policy
from zhima.engine.score.imagined import imagined_events
from zhima.engine.score.population import (
    person_events,
    score_population,
    write_scored,
)
from zhima.engine.score.whatif import Change, row_of, what_if
from zhima.engine.scorecard import card_file, report
from zhima.engine.scorecard.fit import fit
from zhima.engine.scorecard.training import from_events
from zhima.lab import cooperative
from zhima.lab.cooperative.papers import LAST_DAY, OUTCOME_DAY, write_papers

MAP = Path(cooperative.__file__).parent / "map.toml"
PAPERS = ("wallet.csv", "desk.csv", "contacts.csv", "outcomes.csv")
FILES = [
    ("report.html", "how good the fitted card is, and for whom"),
    ("card.yaml", "the card: integer points, readable"),
    ("people.csv", "what it was fitted on: one row a member, a column bad"),
    ("wallet.csv", "one of the raw files"),
    ("map.toml", "how the raw files became events"),
    ("events.findings.parquet", "rows that were set aside, with their reasons"),
    ("scores.parquet", "everybody's score"),
    ("scores.receipts.parquet", "everybody's receipt"),
]


@dataclass(frozen=True, slots=True)
class Scoring:
    """The co-operative scored on its last day."""

    scored: Scored
    ties: Ties
    policy: Policy


def run(folder: Path, *, members: int, seed: int, show: bool) -> tuple[Path, str]:
    """Play the main job into `folder`; returns the page it ends in and whom that page is about."""
    folder.mkdir(parents=True, exist_ok=True)
    stages = Stages()
    with stages("writing the papers"):
        write_papers(folder, count=members, seed=seed)
        (folder / MAP.name).write_bytes(MAP.read_bytes())
    with stages("import"):
        imported = import_files(
            [folder / name for name in PAPERS],
            load_mapping(folder / MAP.name),
            folder / "events.parquet",
            as_of=LAST_DAY,
        )
    with stages("fit"):
        _fit(folder)
    scoring = _score(folder, stages)
    person = _typical(scoring.scored)
    page = folder / "index.html"
    with stages("page"):
        write_page(
            page,
            scored=scoring.scored,
            policy=scoring.policy,
            person_id=person,
            receipt=read_receipt(folder / "scores.receipts.parquet", person_id=person),
            spiral=_spiral(folder, scoring),
            counts=_counts(imported, scoring),
            files=[(name, text) for name, text in FILES if (folder / name).exists()],
        )
    if show:
        webbrowser.open(page.resolve().as_uri())
    return page, person


def _fit(folder: Path) -> None:
    """Learn a card from what was known half a year before the end, and what came of it."""
    training = from_events(
        folder / "events.parquet", read_table(folder / "events.outcomes.parquet"), load_catalogue()
    )
    people = training.table.add_column(0, "person_id", training.people)
    write_table(people, folder / "people.csv")
    fitted = fit(
        training.table,
        "bad",
        name="cooperative",
        directions=training.directions,
        factors=training.factors,
        # Main effects only: the card is to be read by whoever opens the demo.
        max_pairs=0,
        fitted_on=f"{OUTCOME_DAY:%Y-%m-%d}",
    )
    card_file.save(fitted.card, folder / "card.yaml")
    report.write(report.of_fit(fitted, training.table, "bad"), folder / "report.html")


def _score(folder: Path, stages: Stages) -> Scoring:
    policy = load_policy("open", as_of=LAST_DAY.date(), card=folder / "card.yaml")
    scored, ties = score_population(
        events=folder / "events.parquet",
        ties=folder / "events.ties.parquet",
        policy=policy,
        as_of=LAST_DAY,
        stage=stages,
    )
    with stages("scores and receipts"):
        write_scored(scored, folder / "scores.parquet", folder / "scores.receipts.parquet")
    return Scoring(scored, ties, policy)


def _typical(scored: Scored) -> str:
    """Somebody in the middle of the town whose circle both gives and takes."""
    contacts = scored.contacts
    owner = np.repeat(np.arange(len(scored.score)), np.diff(contacts.start).astype(np.int64))
    gives = np.bincount(owner[contacts.net > 0], minlength=len(scored.score))
    takes = np.bincount(owner[contacts.net < 0], minlength=len(scored.score))
    fit = np.flatnonzero((gives >= 3) & (takes >= 3))
    middle = np.abs(scored.score[fit] - np.quantile(scored.score, 0.55))
    return str(scored.people[int(fit[np.argmin(middle)])])


def _spiral(folder: Path, scoring: Scoring) -> Spiral:
    """The best-scored member with many contacts leaves a damaged tool unpaid."""
    scored, ties = scoring.scored, scoring.ties
    circle = np.diff(scored.contacts.start).astype(np.int64)
    breaker = str(scored.people[int(np.argmax(scored.own * (circle >= 8)))])
    happened = imagined_events(breaker, ["item.damaged", "obligation.breached"], as_of=LAST_DAY)
    after = what_if(
        scored=scored,
        ties=ties,
        policy=scoring.policy,
        person_id=breaker,
        own_events=person_events(folder / "events.parquet", breaker),
        change=Change(events=happened),
    )
    row = row_of(scored.people, breaker)
    mine = (ties.i == row) | (ties.j == row)
    return Spiral(breaker, float(ties.strength[mine].sum()), scored, after)


def _counts(imported: Imported, scoring: Scoring) -> list[tuple[str, str]]:
    open_or_better = int((scoring.scored.score >= 650).sum())
    return [
        (f"{imported.rows_in:,}", "raw rows read"),
        (f"{imported.set_aside:,}", "set aside, none lost"),
        (f"{len(scoring.ties.i):,}", "friendships both sides agreed to"),
        (f"{len(scoring.scored.score):,}", "scores with a receipt"),
        (f"{open_or_better:,}", "rent a car without deposit"),
    ]
