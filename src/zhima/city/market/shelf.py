"""All apps: those that come with the city and those that outside developers submitted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.apps import apps as installed
from django.db import IntegrityError, transaction

from zhima.city.clock import now
from zhima.city.market import clients
from zhima.city.market.manifest import Manifest, digest, parsed, read_manifest, read_text
from zhima.city.market.models import App, AppMove
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person
from zhima.city.people.offices import Office
from zhima.engine.kinds import ZhimaError

FILE = "manifest.yaml"
OFFICE = Office("Mini-apps", "market.change_app")
"""Whose work is to review apps, and to close one."""
_ONWARD = {
    App.State.SUBMITTED: (App.State.REVIEWED, App.State.REJECTED),
    App.State.REVIEWED: (App.State.PUBLISHED, App.State.REJECTED),
    App.State.PUBLISHED: (App.State.WITHDRAWN,),
    App.State.WITHDRAWN: (App.State.PUBLISHED,),
    App.State.REJECTED: (),
}


class NotAllowed(ZhimaError):
    """A step that this person, or this state, does not allow."""


@cache
def own_manifests() -> dict[str, Path]:
    """The manifests of the installed apps, by app."""
    paths = [
        Path(config.path) / FILE
        for config in installed.get_app_configs()
        if config.name.startswith("zhima.city.apps.")
    ]
    return {read_manifest(path).id: path for path in paths}


def find(app_id: str) -> App | None:
    """An app by its id; one that comes with the city is put on the shelf when first asked for."""
    path = own_manifests().get(app_id)
    app = App.objects.filter(pk=app_id).first()
    if path is None:
        return app
    text = _text(path)
    if app is not None and app.manifest_text == text:
        return app
    return _shelve(app_id, text)


def published() -> list[App]:
    """Every app that people can use, the city's own first."""
    own = [app for app in map(find, own_manifests()) if app is not None]
    outside = App.objects.filter(state=App.State.PUBLISHED).exclude(pk__in=own_manifests())
    return [*own, *outside.order_by("pk")]


def submit(*, owner: Person, merchant: Merchant, text: str) -> App:
    """A new app, or a new manifest of one's own; ZhimaError says which line is wrong.

    A changed manifest goes back to the beginning: what was reviewed was another one.
    """
    manifest = read_text(text)
    if manifest.id in own_manifests():
        raise NotAllowed(f"the id {manifest.id!r} belongs to an app of the city")
    clients.require_way_back(manifest)
    if merchant.owner_id != owner.pk:
        raise NotAllowed("the app's shop must be your own")
    with transaction.atomic():
        known = App.objects.select_for_update().filter(pk=manifest.id).first()
        if known is not None and known.owner_id != owner.pk:
            raise NotAllowed(f"the id {manifest.id!r} belongs to somebody else's app")
        app = known or App(pk=manifest.id, owner=owner)
        app.manifest_text, app.merchant = text, merchant
        return _move(app, App.State.SUBMITTED, by=owner, note="")


def review(*, app: App, by: Person, agrees: bool, note: str) -> App:
    """Somebody appointed who did not make the app looks at it, as `app` has it.

    Refused when its manifest was submitted anew since: what was looked at was another one.
    """
    if not OFFICE.is_held_by(by) or by.pk == app.owner_id:
        raise NotAllowed("an app is reviewed by somebody of the city who did not make it")
    return _step(app, App.State.REVIEWED if agrees else App.State.REJECTED, by=by, note=note)


def publish(*, app: App, by: Person) -> App:
    """Its maker opens it to everybody, after the review."""
    return _step(app, App.State.PUBLISHED, by=by, note="")


def withdraw(*, app: App, by: Person, note: str = "") -> App:
    """Its maker, or the city, closes it. Its tokens end."""
    return _step(app, App.State.WITHDRAWN, by=by, note=note)


def manifest_of(app_id: str) -> Manifest:
    """The manifest of an app of the city."""
    return parsed(_text(own_manifests()[app_id]))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _shelve(app_id: str, text: str) -> App:
    app = App(pk=app_id, manifest_text=text)
    try:
        with transaction.atomic():
            return _move(app, App.State.PUBLISHED, by=None, note="comes with the city")
    except IntegrityError:
        return App.objects.get(pk=app_id)


def _step(app: App, to: str, *, by: Person, note: str) -> App:
    if to in (App.State.PUBLISHED, App.State.WITHDRAWN) and not (
        by.pk == app.owner_id or (to == App.State.WITHDRAWN and OFFICE.is_held_by(by))
    ):
        raise NotAllowed("only its maker does that")
    with transaction.atomic():
        fresh = App.objects.select_for_update().get(pk=app.pk)
        if fresh.manifest_text != app.manifest_text:
            raise NotAllowed("the manifest was changed meanwhile: read it again")
        if to not in _ONWARD[App.State(fresh.state)]:
            raise NotAllowed(f"an app that is {fresh.state} cannot become {to}")
        return _move(fresh, to, by=by, note=note)


def _move(app: App, to: str, *, by: Person | None, note: str) -> App:
    app.state, app.changed_at = to, now()
    app.save()
    AppMove.objects.create(
        app=app,
        at=app.changed_at,
        to_state=to,
        by=by,
        note=note[:300],
        manifest_sha256=digest(app.manifest_text),
    )
    if app.owner_id is not None:
        clients.register(app)
    return app
