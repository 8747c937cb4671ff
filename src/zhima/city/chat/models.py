"""What is said, and the red packets in it. Nothing outside this app may point at these tables."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhima.city import clock

PERSON = settings.AUTH_USER_MODEL


class Conversation(models.Model):
    """Two contacts, or a group with a title."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=60, blank=True)
    pair = models.CharField(max_length=64, unique=True, null=True)
    """Both people's ids in order; null for a group."""
    members = models.ManyToManyField(PERSON, through="Membership", related_name="+")
    last_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.title or str(self.pk)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("chat:conversation", args=[self.pk])

    @property
    def is_pair(self) -> bool:
        """Whether this is between two people for good."""
        return self.pair is not None


class Membership(models.Model):
    """Somebody in a conversation, and how far they have read."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=clock.now)
    read_to = models.BigIntegerField(default=0)
    """The newest message that was on their screen."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("conversation", "person"), name="a_member_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.conversation_id}"


class MessageKind(models.TextChoices):
    """What a message carries."""

    TEXT = "text", _("Text")
    TRANSFER = "transfer", _("Transfer")
    PACKET = "packet", _("Red packet")


class Split(models.TextChoices):
    """How a red packet is shared out."""

    FIXED = "fixed", _("Same for everybody")
    LUCKY = "lucky", _("Lucky draw")


class RedPacket(models.Model):
    """Money in the conversation for whoever opens it; what nobody takes goes back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    sender = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    split = models.CharField(max_length=8, choices=Split)
    total_fen = models.BigIntegerField()
    shares_fen = models.JSONField()
    """What each place gets, in the order in which places are taken; their sum is the total."""
    wish = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When the last share was taken or the rest went back."""
    returned_fen = models.BigIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    """When all of the money had arrived where it belongs."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="a_packet_has_money"),
        )

    def __str__(self) -> str:
        return f"packet {self.pk}"


class Claim(models.Model):
    """A place in a packet, taken by one person; the money follows under the claim's id."""

    packet = models.ForeignKey(RedPacket, models.PROTECT, related_name="claims")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    claimed_at = models.DateTimeField(default=clock.now)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("packet", "person"), name="one_share_a_person"),
            models.UniqueConstraint(fields=("packet", "place"), name="one_person_a_share"),
        )
        ordering = ("place",)

    def __str__(self) -> str:
        return f"share {self.place} of {self.packet_id}"


class Message(models.Model):
    """One line of a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=MessageKind, default=MessageKind.TEXT)
    text = models.CharField(max_length=1000, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    packet = models.OneToOneField(RedPacket, models.PROTECT, null=True, related_name="message")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    """Made with the form: sending the same form twice says it once."""
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("conversation", "id"), name="messages_in_order"),)

    def __str__(self) -> str:
        return f"{self.kind} by {self.author_id}"
