"""A verifier's check of a badge, with nothing but the issuer's key and a recent list: offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey

from zhima.city.credential import badge, tokens
from zhima.city.credential.reasons import NoProof, Unproved
from zhima.city.credential.statuses import StatusList

FRESH_FOR = timedelta(minutes=5)
CLOCKS_APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Proved:
    """What a badge proved."""

    at_least: int
    until: datetime
    issuer: str
    one_time_id: str
    """The same when the same badge is shown twice; the next badge of the person has another."""


def check(
    text: str,
    *,
    key: ECKey,
    at: datetime,
    statuses: StatusList | None,
    audience: str | None = None,
    nonce: str | None = None,
) -> Proved:
    """What a shown badge proves at a moment; raises Unproved.

    `statuses` may be None only where nobody can fetch a list; then revocation is not looked at and
    the caller says so. With `audience` and `nonce` the badge must have been shown for just this.
    """
    shown = badge.parse(text)
    claims = tokens.opened(shown.token, kind=badge.KIND, key=key)
    if claims.get("vct") != badge.VCT:
        raise Unproved(NoProof.OTHER_KIND, "this is another kind of credential")
    at_least = badge.disclosed(claims, shown.disclosures).get(badge.CLAIM)
    if not isinstance(at_least, int):
        raise Unproved(NoProof.NOTHING_CLAIMED, "the badge does not say what it claims")
    _check_binding(shown, claims, at=at, audience=audience, nonce=nonce)
    until = _until(claims)
    if at >= until:
        raise Unproved(NoProof.EXPIRED, f"it was good until {until:%Y-%m-%d}")
    if statuses is not None:
        _check_status(claims, statuses)
    return Proved(at_least, until, str(claims.get("iss")), badge.digest(shown.token))


def _check_binding(
    shown: badge.Shown,
    claims: dict[str, Any],
    *,
    at: datetime,
    audience: str | None,
    nonce: str | None,
) -> None:
    """Whoever shows it holds the key that it was issued to, and shows it here and now."""
    if not shown.binding:
        raise Unproved(NoProof.NOT_BOUND, "it was copied, not shown: ask its holder to show it")
    holder = tokens.key_of((claims.get("cnf") or {}).get("jwk") or {})
    bound = tokens.opened(
        shown.binding, kind=badge.BINDING_KIND, key=holder, forged=NoProof.OTHER_HOLDER
    )
    if bound.get("sd_hash") != badge.digest(shown.without_binding):
        raise Unproved(NoProof.OTHER_HOLDER, "the binding is of another badge")
    if audience is not None and bound.get("aud") != audience:
        raise Unproved(NoProof.WRONG_AUDIENCE, "it was shown to somebody else")
    if nonce is not None and bound.get("nonce") != nonce:
        raise Unproved(NoProof.WRONG_NONCE, "it does not bear the number of this question")
    shown_at = _moment(bound.get("iat"))
    if not at - FRESH_FOR <= shown_at <= at + CLOCKS_APART:
        raise Unproved(NoProof.STALE, "it was shown too long ago: ask for it again")


def _check_status(claims: dict[str, Any], statuses: StatusList) -> None:
    try:
        listed = claims["status"]["status_list"]
        index, uri = int(listed["idx"]), str(listed["uri"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unproved(NoProof.NO_STATUS, "it names no list of revoked badges") from error
    if uri != statuses.uri:
        raise Unproved(NoProof.NO_STATUS, f"the list of {uri} is needed")
    if statuses.is_revoked(index):
        raise Unproved(NoProof.REVOKED, "it was revoked")


def _until(claims: dict[str, Any]) -> datetime:
    return _moment(claims.get("exp"))


def _moment(seconds: object) -> datetime:
    if not isinstance(seconds, int) or not 0 <= seconds < 1 << 40:
        raise Unproved(NoProof.TORN, "a time is missing")
    return datetime.fromtimestamp(seconds, UTC)
