"""Random small populations, scored without files: features as given, ties as given."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from zhima.engine.network import Ties
from zhima.engine.score.compose import Scored, compose
from zhima.engine.score.fit import Policy, load_policy
from zhima.engine.score.population import with_unseen

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
POLICIES = {
    name: load_policy(name, as_of=date(2026, 9, 1)) for name in ("open", "gdpr", "zhima-2018")
}
GROUND = "open with missing: ground"


def grounded(policy: Policy) -> Policy:
    """The same policy with the weight of missing ties taken back."""
    rules = policy.rulebook.rules
    friends = rules.friends.model_copy(update={"missing": type(rules.friends.missing)("ground")})
    rulebook = type(policy.rulebook)(
        rules.model_copy(update={"friends": friends}),
        policy.rulebook.sha256,
        policy.rulebook.path,
        policy.rulebook.citations,
    )
    return Policy(rulebook, policy.card, policy.catalogue, policy.unseen)


POLICIES[GROUND] = grounded(POLICIES["open"])

values = st.one_of(st.none(), st.sampled_from([0, 1, 2, 3, 6, 12, 30, 365, 1000]))


@st.composite
def populations(draw: st.DrawFn, policy: Policy) -> tuple[pa.Table, Ties]:
    """Features of 1..12 people with gaps, and mutual ties among them."""
    count = draw(st.integers(1, 12))
    columns = {
        feature.id: pa.array(
            draw(st.lists(values, min_size=count, max_size=count)),
            pa.int64() if feature.whole else pa.float64(),
        )
        for feature in policy.catalogue.features
    }
    features = pa.table({"person_id": [f"p{n:02d}" for n in range(count)], **columns})
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    strength = draw(
        st.lists(st.floats(0.015625, 1, width=32), min_size=len(chosen), max_size=len(chosen))
    )
    ties = Ties(
        np.array([i for i, _ in chosen], dtype=np.uint32),
        np.array([j for _, j in chosen], dtype=np.uint32),
        np.array(strength, dtype=np.float32),
        {},
        (),
        0,
    )
    return with_unseen(features, policy), ties


def scored_with(policy: Policy, features: pa.Table, ties: Ties) -> Scored:
    """Compose without files."""
    return compose(
        features=features, ties=ties, rulebook=policy.rulebook, card=policy.card, as_of=AS_OF
    )
