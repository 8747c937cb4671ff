"""What people type in a chat. Each form carries a key made with it, so that it counts once."""

from __future__ import annotations

from random import SystemRandom
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhima.city.chat.models import Split
from zhima.city.chat.shares import MOST_SHARES, fixed_shares, lucky_shares
from zhima.city.people.contacts import contacts_of
from zhima.city.people.models import Person
from zhima.city.wallet.amounts import FenField

MOST_FEN_IN_A_PACKET = 2_000_00


class Once(forms.Form):
    """A form that counts once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def key_of(self, person: Person) -> UUID:
        """The key as this person's own: nobody can name one that another uses."""
        return uuid5(person.pk, str(self.cleaned_data["key"]))


class TextForm(Once):
    """Something to say."""

    text = forms.CharField(label=_("Message"), max_length=1000)


class TransferForm(Once):
    """Money for the other one."""

    amount_fen = FenField()
    memo = forms.CharField(label=_("For what (optional)"), max_length=60, required=False)


class PacketForm(Once):
    """A red packet."""

    split = forms.ChoiceField(label=_("Shares"), choices=Split.choices, initial=Split.LUCKY)
    amount_fen = FenField(max_fen=MOST_FEN_IN_A_PACKET)
    count = forms.IntegerField(
        label=_("How many may open it"), min_value=1, max_value=MOST_SHARES, initial=1
    )
    wish = forms.CharField(label=_("Wish (optional)"), max_length=60, required=False)

    def clean(self) -> dict[str, object]:
        """Every share must be at least one fen, and all of them within the limit."""
        cleaned = super().clean()
        amount_fen, count = cleaned.get("amount_fen"), cleaned.get("count")
        if amount_fen and count and "split" in cleaned:
            if cleaned.get("split") == Split.LUCKY and amount_fen < count:
                raise ValidationError(_("That is less than 0.01 for each share."))
            if sum(self.shares_fen()) > MOST_FEN_IN_A_PACKET:
                raise ValidationError(_("A red packet can hold 2,000.00 at most."))
        return cleaned

    def shares_fen(self) -> list[int]:
        """What each place gets."""
        amount_fen, count = self.cleaned_data["amount_fen"], self.cleaned_data["count"]
        if self.cleaned_data["split"] == Split.FIXED:
            return fixed_shares(each_fen=amount_fen, count=count)
        return lucky_shares(total_fen=amount_fen, count=count, draw=SystemRandom())


class GroupForm(forms.Form):
    """A new group."""

    title = forms.CharField(label=_("Name of the group"), max_length=60)
    people = forms.ModelMultipleChoiceField(
        label=_("Who"), queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, founder: Person, *args: object) -> None:
        super().__init__(*args)
        self.fields["people"].queryset = contacts_of(founder)
