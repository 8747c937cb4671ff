"""What can be checked offline of a code base's security: dangerous calls, secrets, requirements,
licences, and that the verification table names what exists.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections import Counter
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.tidy.test_house import ROOT, name_of, tracked

SECURITY = ROOT / "docs" / "security"


def found_by_bandit(*paths: str) -> Counter[tuple[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", *paths, "-f", "json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, f"bandit does not run; `make setup` brings it: {done.stderr}"
    results = json.loads(done.stdout)["results"]
    return Counter((r["test_id"], r["filename"].removeprefix("src/zhima/")) for r in results)


def test_every_dangerous_call_is_explained() -> None:
    known = YAML(typ="safe").load(SECURITY / "bandit.yaml")
    assert all(each["why"] for files in known.values() for each in files.values())
    expected = {(test, file): each["times"] for test, files in known.items()
                for file, each in files.items()}  # fmt: skip
    assert dict(found_by_bandit("src", "hatch_build.py")) == expected, (
        "look at what is new, then say in docs/security/bandit.yaml why it may stay"
    )


def test_a_dangerous_call_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "sly.py").write_text(
        "import pickle\n\ndef f(x):\n    return eval(x), pickle.loads(x)\n"
    )
    assert {test for test, _ in found_by_bandit(str(tmp_path))} >= {"B301", "B307"}


SECRETS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "signing key of a log": re.compile(r"PRIVATE\+KEY\+[\w.-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40}"),
    "cloud key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of a forge": re.compile(
        r"\b(gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20,}|pypi-[\w-]{40,})"
    ),
    "key of this city": re.compile(r"\b(zk|zs|zc)_[A-Za-z0-9_-]{30,}|\bwhsec_[A-Za-z0-9+/]{30,}"),
    "secret part of a JWK": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"'),
    "password in an address": re.compile(
        r"\b[a-z]+://[^\s:/@{}<>]+:[^\s:/@{}<>]{6,}@(?!localhost|127\.)"
    ),
}
ASSIGNED = re.compile(
    r"""(?i)\b\w*(?:secret|passw(?:or)?d|token|api_?key)\w*["']?\s*[:=]\s*["']([^"'\s]{16,})["']"""
)
RANDOM_BITS = 3.6
"""A sign: words of a language have less, keys have more."""
PUBLISHED = {
    "tests/unit/city/merkle/test_notes.py": "keys of a published example",
    "tests/unit/city/test_credential.py": "a token of a published example",
}


def bits_a_sign(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def secrets_in(text: str) -> list[str]:
    found = [name for name, pattern in SECRETS.items() if pattern.search(text)]
    random = [s for s in ASSIGNED.findall(text) if bits_a_sign(s) > RANDOM_BITS and is_random(s)]
    return found + random


def is_random(text: str) -> bool:
    """Letters and digits mixed as no sentence, path or name does it."""
    return bool(re.search(r"\d", text) and re.search(r"[A-Za-z]", text)) and not re.search(
        r"[{}()<>:%. ]|[a-z]{6}", text
    )


def test_no_secret_lies_in_the_repository() -> None:
    texts = [path for path in tracked() if path.suffix not in {".png", ".ico", ".woff2"}]
    found = {
        name_of(path): hits
        for path in texts
        if name_of(path) not in PUBLISHED
        and (hits := secrets_in(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert not found


@pytest.mark.parametrize(
    "leaked",
    [
        "-----BEGIN EC " + "PRIVATE KEY-----",
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "SECRET_KEY = '" + "x9Q2vT7pL4zR8wK1nB5m'",
        "url = 'postgres://city:" + "hunter22x@db.example/city'",
        "ghp_" + "a1B2" * 9,
    ],
)
def test_a_secret_would_be_found(leaked: str) -> None:
    assert secrets_in(leaked)


@pytest.mark.parametrize("file", sorted((ROOT / "requirements").glob("*.txt")), ids=name_of)
def test_every_requirement_is_pinned_to_one_version_and_its_hashes(file: Path) -> None:
    parts = re.split(r"\n(?=\S)", file.read_text(encoding="utf-8"))
    wanted = [part for part in parts if part.strip() and not part.startswith("#")]
    assert wanted
    for part in wanted:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,]+\])?==\S+", part), part
        assert "--hash=sha256:" in part, part


ALLOWED_LICENCES = re.compile(
    r"apache|mit\b|mit-|bsd|isc|psf|python software|mpl|mozilla|zlib|unlicense|cc0|0bsd|"
    r"public domain|lgpl|lesser general|hpnd|historical permission|blueoak|wtfpl|expat|boost",
    re.IGNORECASE,
)
COPYLEFT = re.compile(
    r"(?<!l)\bgpl|(?<!lesser )\bgeneral public license|agpl|affero", re.IGNORECASE
)
READ_BY_HAND = {"axe-playwright-python": "MIT", "interpret-core": "MIT"}
"""Whose metadata say nothing; read where they are published."""


def licence_of(found: Distribution) -> str:
    """What a distribution says of its licence, in whichever of three ways."""
    about = found.metadata
    classifiers = [c for c in about.get_all("Classifier", []) if c.startswith("License ::")]
    said = [about.get("License-Expression") or "", *classifiers, (about.get("License") or "")[:200]]
    return " | ".join(part for part in said if part.strip())


def test_every_licence_is_one_that_we_may_ship_with() -> None:
    odd = {}
    for found in distributions():
        name = found.metadata["Name"].lower()
        said = READ_BY_HAND.get(name) or licence_of(found)
        if not ALLOWED_LICENCES.search(said) or (
            COPYLEFT.search(said) and not re.search(r"lgpl|lesser| or ", said, re.IGNORECASE)
        ):
            odd[name] = said
    assert not odd


ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
EVIDENCE = re.compile(r"`([^`]+)`")
LEVEL_TWO = 260
"""Requirements of ASVS 4.0.3 that levels 1 and 2 have, deleted ones aside."""


def test_the_verification_table_is_whole_and_names_what_exists() -> None:
    rows = ROW.findall((SECURITY / "asvs.md").read_text(encoding="utf-8"))
    numbers = [tuple(map(int, row[:3])) for row in rows]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == LEVEL_TWO
    for *_, met, where in rows:
        assert met in {"yes", "part", "no", "deployment", "n/a"}
        assert where.strip()
        named = EVIDENCE.findall(where)
        assert named or met not in {"yes", "deployment"}, where
        assert not [name for name in named if not (ROOT / name).exists()]
