"""The daily digest by mail: who wishes it, and that nobody is sent it twice for a day."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from fournets.accounts.models import User
from fournets.audit.services import record
from fournets.language import Refusal

LONGEST = 254  # signs of an address


@transaction.atomic
def wish_digest(user_id: int, address: str, *, at: datetime) -> None:
    """An account wishes the digest at an address, or, empty, no longer. A `Refusal` for what is no address."""
    address = address.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refusal("digest_address_wrong") from error
        if len(address) > LONGEST:
            raise Refusal("digest_address_wrong")
    user = User.objects.select_for_update().get(pk=user_id)
    user.digest_to = address
    user.save(update_fields=["digest_to"])
    record(act="wish_digest", actor=user.login, area_code="", at=at, details={"wished": bool(address)})


def digests_due(on: date) -> list[tuple[int, str]]:
    """The accounts that wish the digest and were not sent that of a day, each with its address."""
    wished = User.objects.filter(is_active=True).exclude(digest_to="")
    unsent = wished.filter(Q(digest_sent_on=None) | Q(digest_sent_on__lt=on))
    return list(unsent.order_by("id").values_list("id", "digest_to"))


def claim_digest(user_id: int, on: date) -> bool:
    """Notes that an account is being sent the digest of a day; False where it was before.

    Noted before it is sent: whoever is stopped between leaves one unsent, and never sends one twice.
    """
    mine = User.objects.filter(pk=user_id, is_active=True).exclude(digest_to="")
    return bool(mine.filter(Q(digest_sent_on=None) | Q(digest_sent_on__lt=on)).update(digest_sent_on=on))
