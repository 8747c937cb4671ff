"""An entry as the person keeps it: body, private side and proof, checked without the city."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhima.city.disclosure import entries
from zhima.city.merkle.heads import Head
from zhima.city.merkle.notes import PublicKey
from zhima.city.merkle.proof_file import ProofFile, check_proof, parse_proof
from zhima.city.merkle.reasons import LogError, Wrong

FORMAT = "zhima-disclosure-entry/1"


@dataclass(frozen=True)
class OwnEntry:
    """What was proved."""

    index: int
    head: Head
    body: dict[str, Any]
    detail: dict[str, Any]


def own_entry(*, body: bytes, salt: bytes, detail: Mapping[str, Any], proof: ProofFile) -> str:
    """The file that a person downloads."""
    kept = {
        "format": FORMAT,
        "body": base64.b64encode(body).decode(),
        "salt": base64.b64encode(salt).decode(),
        "detail": dict(detail),
        "proof": proof.text(),
    }
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


def check_own(text: str, key: PublicKey) -> OwnEntry:
    """What a file proves; LogError unless the entry is in the signed log and says just this."""
    try:
        kept = json.loads(text)
        body = base64.b64decode(kept["body"], validate=True)
        salt = base64.b64decode(kept["salt"], validate=True)
        detail, proof = kept["detail"], parse_proof(kept["proof"])
    except (
        ValueError,
        RecursionError,
        KeyError,
        TypeError,
        AttributeError,
        binascii.Error,
    ) as error:
        raise LogError(Wrong.TORN_PROOF, f"this is no {FORMAT}") from error
    head = check_proof(proof, entry=body, key=key)
    if not entries.opens(body, salt=salt, detail=detail):
        raise LogError(Wrong.PROOF_OF_ANOTHER, "the entry committed to another detail")
    return OwnEntry(proof.index, head, json.loads(body), detail)
