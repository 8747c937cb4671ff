"""Apps and what they offer: inventory, bookings, ratings; and what was refused to them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhima.city.doors.models import Ticket as Chance
from zhima.city.doors.models import Wish as PlaceWish
from zhima.city.language import either, told
from zhima.city.market.manifest import Manifest, parsed
from zhima.city.market.states import STATE_WORDS, BookingState
from zhima.city.obligations.models import Obligation
from zhima.city.pay.models import Merchant, Order
from zhima.engine.kinds import Text

STANDING = datetime(2000, 1, 1, tzinfo=UTC)
"""When the one slot of a thing starts that has no times: whoever has it has it until he is done."""


def new_id() -> str:
    """Short, and guessed by nobody."""
    return secrets.token_hex(10)


class App(models.Model):
    """A mini-app: what it declared, and how far it has come."""

    class State(models.TextChoices):
        """submitted -> reviewed (by somebody else) -> published -> withdrawn."""

        SUBMITTED = "submitted", _("Submitted")
        REVIEWED = "reviewed", _("Reviewed")
        REJECTED = "rejected", _("Rejected")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.CharField(primary_key=True, max_length=40)
    manifest_text = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="apps_made"
    )
    """Nobody for the apps that come with the city."""
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="+")
    """The shop of an outside app: what is paid to it, and who keeps its desk."""
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id

    @property
    def manifest(self) -> Manifest:
        """What it declared."""
        return parsed(self.manifest_text)

    @property
    def name(self) -> str:
        """In the reader's language."""
        return told(self.manifest.name)

    @property
    def about(self) -> str:
        """In the reader's language."""
        return told(self.manifest.about)


class AppMove(models.Model):
    """What happened to an app, by whom and on which manifest. Appended to, never changed."""

    app = models.ForeignKey(App, models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    to_state = models.CharField(max_length=9, choices=App.State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    manifest_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.app_id} {self.to_state}"


class Offer(models.Model):
    """Something an app offers: a doctor, a car, a route, a kind of apple."""

    app_id = models.CharField(max_length=40)
    key = models.SlugField(max_length=40)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="offers")
    """Whose it is: paid by its bookings, and its keepers serve them."""
    title_en = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=60)
    detail_en = models.CharField(max_length=160, blank=True)
    detail_zh = models.CharField(max_length=160, blank=True)
    price_fen = models.BigIntegerField(default=0)
    """For one slot of it, or for one piece."""
    pattern = models.JSONField(default=dict)
    """Which slots there are; see `inventory.slots`."""
    stock = models.IntegerField(null=True)
    """How many pieces are left, for what is sold by the piece."""
    door = models.CharField(max_length=40, blank=True)
    deposit_fen = models.BigIntegerField(default=0)
    """Deposit rule of its own; otherwise that of the app."""
    facts = models.JSONField(default=dict)
    """What the app itself needs to know of it."""
    is_open = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=100)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("app_id", "key"), name="one_offer_a_key"),
            models.CheckConstraint(
                condition=Q(stock=None) | Q(stock__gte=0), name="stock_never_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.app_id} {self.key}"

    @property
    def title(self) -> str:
        """In the reader's language."""
        return told(self.words)

    @property
    def words(self) -> Text:
        """What it is called, in both languages."""
        return Text(self.title_en, self.title_zh)

    @property
    def needs_deposit(self) -> bool:
        """Whether the app's deposit rule holds for it too: a class A tool is lent without."""
        return bool(self.facts.get("deposit", True))

    @property
    def is_contested(self) -> bool:
        """Whether several may want it, so that a rule gives it instead of the clock."""
        return bool(self.facts.get("contested"))

    @property
    def detail(self) -> str:
        """In the reader's language."""
        return either(self.detail_en, self.detail_zh)


class Slot(models.Model):
    """A time of an offer, with so many places."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("offer", "starts_at"), name="one_slot_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.offer_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Booking(models.Model):
    """A person's wish for an offer, and how far it has come."""

    id = models.CharField(primary_key=True, max_length=24, default=new_id)
    app_id = models.CharField(max_length=40)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="bookings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings")
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="shared_bookings"
    )
    """With whom the price is shared."""
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """The driver who accepted."""
    state = models.CharField(max_length=14, choices=list(STATE_WORDS.items()))
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    seat = models.CharField(max_length=40, blank=True)
    price_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    order = models.OneToOneField(Order, models.PROTECT, null=True, related_name="booking")
    obligation = models.OneToOneField(Obligation, models.PROTECT, null=True, related_name="booking")
    fare_settled_at = models.DateTimeField(null=True)
    """Of a service that is paid afterwards: when it was found paid, or became a debt."""
    place_wish = models.OneToOneField(PlaceWish, models.SET_NULL, null=True, related_name="booking")
    """Where several may want the place: what the rule said to this one."""
    freezes = models.BooleanField(null=True)
    """Where several may want the place: how whoever gets it chose to stand behind it."""
    upgrade = models.OneToOneField(Chance, models.SET_NULL, null=True, related_name="booking")
    """Its ticket in the draw for what is left of the better places."""
    upgraded_to = models.ForeignKey(Offer, models.PROTECT, null=True, related_name="+")
    """What was won in that draw; price and terms stay those of `offer`."""
    details = models.JSONField(default=dict)
    """What the app itself wants to remember; shown to both sides, never evidence."""
    disputed_at = models.DateTimeField(null=True)
    dispute = models.CharField(max_length=200, blank=True)
    dispute_ended_at = models.DateTimeField(null=True)
    wish_key = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("app_id", "person", "wish_key"), name="one_booking_a_wish"
            ),
        )
        indexes = (
            models.Index(fields=("person", "app_id", "-made_at"), name="bookings_of_person"),
            models.Index(fields=("state", "starts_at"), name="bookings_by_state"),
        )

    def __str__(self) -> str:
        return f"{self.app_id} {self.pk} {self.state}"

    @property
    def state_word(self) -> str:
        """Where it stands, in the reader's language."""
        return str(STATE_WORDS[BookingState(self.state)])

    @property
    def is_untimed(self) -> bool:
        """Whether it is of a thing without times, which waits until it is fetched."""
        return "standing" in self.offer.pattern

    @property
    def upgraded_times(self) -> int:
        """In how many of its slots it has the better place; 0 for all of them."""
        better = self.claims.filter(slot__offer=self.upgraded_to_id).count()
        return 0 if better == self.claims.count() else better

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.state in BookingState.open()


class BookingMove(models.Model):
    """One thing that became of a booking. Appended to, never changed; its number is told on."""

    seq = models.BigAutoField(primary_key=True)
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="moves")
    at = models.DateTimeField()
    from_state = models.CharField(max_length=14, blank=True)
    to_state = models.CharField(max_length=14)

    def __str__(self) -> str:
        return f"{self.booking_id} {self.to_state}"


class Claim(models.Model):
    """One place of one slot is taken. The table itself lets nobody take it twice."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="claims")
    place = models.PositiveSmallIntegerField()
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="claims")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("slot", "place"), name="no_place_taken_twice"),
        )

    def __str__(self) -> str:
        return f"{self.slot_id}:{self.place}"


class Line(models.Model):
    """So many pieces of an offer in a basket."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="lines")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+")
    pieces = models.PositiveSmallIntegerField()
    missing = models.PositiveSmallIntegerField(default=0)
    """Pieces that were paid and not delivered; their money went back."""
    price_fen = models.BigIntegerField()
    """Of one piece."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("booking", "offer"), name="one_line_an_offer"),
        )

    def __str__(self) -> str:
        return f"{self.pieces} x {self.offer_id}"

    @property
    def sum_fen(self) -> int:
        """What the line costs."""
        return self.pieces * self.price_fen


class Rating(models.Model):
    """What one side of a booking says of the other, once."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="ratings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("booking", "by"), name="one_rating_a_side"),)

    def __str__(self) -> str:
        return f"{self.stars} stars"


class RefusedReport(models.Model):
    """Evidence that an app tried to report and did not get in, with the reason."""

    app_id = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=60)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.app_id} {self.kind} {self.reason}"
