"""A consent receipt: the fields of ISO/IEC TS 27560:2023 in W3C Data Privacy Vocabulary terms.

JSON-LD after the DPV Community Group's guide on 27560. The person keeps it; it says nothing that
the record does not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhima.city import clock
from zhima.city.consent.models import Grant
from zhima.city.consent.names import recipient_word
from zhima.city.consent.purposes import SCORE, field_word, purpose

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
}
PROFILE = "https://w3id.org/dpv/schema/dpv-27560"
CONTROLLER = "OpenZhima city"


def receipt(grant: Grant, *, address: str) -> dict[str, Any]:
    """The receipt of one grant as it stands now; `address` is where it can be revoked."""
    now = clock.now()
    return {
        "@context": CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "@id": f"urn:uuid:{grant.pk}#receipt",
        "dct:conformsTo": f"{PROFILE}#receipt",
        "dct:created": now.isoformat(),
        "dct:publisher": CONTROLLER,
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": record(grant, now=now, address=address),
    }


def record(grant: Grant, *, now: datetime, address: str) -> dict[str, Any]:
    """The record behind the receipt."""
    return {
        "@type": "dpv:ConsentRecord",
        "@id": f"urn:uuid:{grant.pk}",
        "dct:identifier": str(grant.pk),
        "dct:conformsTo": f"{PROFILE}#record",
        "dpv:hasDataSubject": {"@id": f"urn:uuid:{grant.person_id}", "@type": "dpv:Consumer"},
        "dpv:hasDataController": CONTROLLER,
        "dpv:hasLegalBasis": "dpv:Consent",
        "dpv:hasNotice": {"@type": "dpv:ConsentNotice", "schema:version": grant.wording},
        "dpv:hasProcess": _process(grant),
        "dpv:hasRight": [
            {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": address},
        ],
        "dpv:hasConsentStatus": [_event(kind, at, grant) for kind, at in events(grant, now=now)],
    }


def events(grant: Grant, *, now: datetime) -> list[tuple[str, datetime]]:
    """What happened to a grant, oldest first, in DPV's words for the states of a consent."""
    happened = [("dpv:ConsentGiven", grant.given_at)]
    if grant.revoked_at is not None:
        happened.append(("dpv:ConsentWithdrawn", grant.revoked_at))
    elif grant.until <= now:
        happened.append(("dpv:ConsentExpired", grant.until))
    return happened


def _process(grant: Grant) -> dict[str, Any]:
    meant = purpose(grant.purpose)
    assert meant is not None, f"a grant for {grant.purpose}, which is no purpose"
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@type": meant.dpv,
            "dct:identifier": grant.purpose,
            "dct:title": str(meant.word),
        },
        "dpv:hasProcessing": "dpv:Collect" if meant.is_evidence else _outwards(grant),
        "dpv:hasRecipient": {
            "dct:identifier": grant.recipient,
            "schema:name": recipient_word(grant.recipient),
        },
        "dpv:hasPersonalData": [
            {"@type": "pd:CreditRecord", "rdf:value": field, "dct:title": field_word(field)}
            for field in grant.fields
        ],
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": f"P{(grant.until - grant.given_at).days}D",
        },
        "schema:validThrough": grant.until.isoformat(),
    }


def _outwards(grant: Grant) -> str:
    return "dpv:Profiling" if grant.recipient == SCORE else "dpv:Disclose"


def _event(kind: str, at: datetime, grant: Grant) -> dict[str, Any]:
    return {
        "@type": kind,
        "dct:date": at.isoformat(),
        "dpv:isIndicatedBy": f"urn:uuid:{grant.person_id}",
        "dpv:hasIndicationMethod": grant.source,
    }
