"""The key of an account's phones: made once, given to it at each sign-in, so that what is locked can be opened again."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.db import transaction

from fournets.crypto import KeyRing
from fournets.fieldwork.models import PhoneKey

KEY = "key"  # what it is sealed for
BYTES = 32


@transaction.atomic
def phone_key(user_id: int, *, at: datetime, ring: KeyRing) -> str:
    """The key of an account (256 bits, Base64), made where it has none."""
    found = PhoneKey.objects.filter(user_id=user_id).first()
    if found is None:
        fresh = base64.b64encode(secrets.token_bytes(BYTES)).decode()
        found, _ = PhoneKey.objects.get_or_create(
            user_id=user_id, defaults={"key_sealed": ring.seal(KEY, fresh), "made_at": at}
        )
    return ring.unseal(KEY, found.key_sealed)
