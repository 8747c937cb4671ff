"""A partner's software with a token of the owner's, another with a stranger's."""

from __future__ import annotations

from tests.oauth_partner import json_of, register
from tests.who_may.people import People
from tests.who_may.scenes.partners import with_key


def scene(people: People) -> dict[str, object]:
    """Tokens for what a partner may ask."""
    for reader, phone in (("partner", people.owner), ("rival", people.stranger)):
        software = register(reader, profile=["band"])
        code = software.ask(phone.client, "profile", ticks=["profile band"])["code"]
        people.others[reader] = with_key(json_of(software.exchange(code))["access_token"])
    people.others["wrong key"] = with_key("nothing")
    return {"door_id": "car", "issuer_path": "x", "resource_path": "x"}
