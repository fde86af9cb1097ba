"""Many devices, or one that is impatient, at the same moment: an instance is counted once, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from fournets.crypto import load_ring
from fournets.home import home
from fournets.interop.models import EDITED_BEFORE, OTHER_BYTES, FieldForm, KeptAside, Submission
from fournets.interop.payload import read_filled
from fournets.interop.services.submissions import NEW, REPEATED, Sender, receive_submission
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, TOWN
from tests.apps.interop.conftest import FIRST, filled
from tests.apps.interop.test_contract import content_of

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


@pytest.fixture
def form() -> FieldForm:
    return FieldForm.objects.create(
        form_id="household", version="2020020501", title="表", area_code=TOWN, xform="", md5="", workbook=b"", questions=[],
        sent_by="x", sent_at=timezone.now(),
    )  # fmt: skip


def at_once(payloads: list[str]) -> list[str]:
    """Sends each from a connection of its own, all at the same moment; what was said of each."""
    ring, ready = load_ring(home() / "keys.toml"), Barrier(len(payloads))

    def send(xml: str) -> str:
        one = read_filled(xml.encode())
        try:
            ready.wait(timeout=30)
            with scope(AREAS["own"]):
                sender = Sender("mei.au", AREAS["own"])
                return receive_submission(one, [], sender=sender, at=timezone.now(), ring=ring)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(payloads)) as pool:
        return list(pool.map(send, payloads))


def test_the_same_bytes_at_once_are_one_submission(form: FieldForm) -> None:
    said = at_once([filled()] * HANDS)
    assert sorted(said) == sorted([NEW] + [REPEATED] * (HANDS - 1))
    with scope(""):
        assert Submission.objects.count() == 1 and not KeptAside.objects.exists()


def test_other_bytes_of_one_id_at_once_are_one_submission_and_the_rest_kept(form: FieldForm) -> None:
    payloads = [filled(address=f"{number}号") for number in range(HANDS)]
    said = at_once(payloads)
    assert sorted(said) == sorted([NEW] + [OTHER_BYTES] * (HANDS - 1))
    with scope(""):
        rows = [*Submission.objects.all(), *KeptAside.objects.all()]
    assert sorted(content_of(one).decode() for one in rows) == sorted(payloads)


def test_of_corrections_at_once_one_counts_and_the_rest_are_kept(form: FieldForm) -> None:
    assert at_once([filled()]) == [NEW]
    payloads = [filled(instance=f"uuid:{number}", deprecated=FIRST) for number in range(HANDS)]
    said = at_once(payloads)
    assert sorted(said) == sorted([NEW] + [EDITED_BEFORE] * (HANDS - 1))
    with scope(""):
        assert Submission.objects.filter(replaced_by="").count() == 1
        assert KeptAside.objects.count() == HANDS - 1
    close_old_connections()
