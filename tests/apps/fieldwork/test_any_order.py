"""Whatever comes first: records that arrive in any order, in any portions, some of them twice, leave the same state behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fournets.crypto import load_ring
from fournets.fieldwork.models import FieldRecord
from fournets.fieldwork.rules.moments import Ending, happened, last_of
from fournets.fieldwork.services.receive import Read, Sending, read_all, receive_records
from fournets.home import home
from fournets.organization.access import opened, readers
from fournets.organization.models import Task
from fournets.places.scope import scope
from fournets.screening.models import Visit
from tests.apps.access.cast import Made
from tests.apps.fieldwork.conftest import Phone

OUTCOMES = ("reached", "moved", "nobody_home", "refused")
minutes = st.integers(1, 3 * 24 * 60)
moments = st.datetimes().map(lambda one: one.replace(tzinfo=timezone.get_default_timezone()))


def state() -> Any:
    """All that matters afterwards: visits, tasks, and what counts; no numbers of rows."""
    with scope(""):
        return (
            sorted(Visit.objects.values_list("person_id", "outcome", "on")),
            sorted(Task.objects.values_list("id", "closed_at", "result"), key=str),
            sorted(FieldRecord.objects.values_list("record_id", "state", "counts", "happened_at")),
        )


def arrive(portions: Sequence[Sequence[Read]], phone: Phone, at: Any) -> Any:
    """The state after these portions, one request each; the register is as it was afterwards."""
    (reader,) = readers(phone.user.pk, at=timezone.now())
    ring, before = load_ring(home() / "keys.toml"), transaction.savepoint()
    for portion in portions:
        sending = Sending(phone.user.pk, phone.user.login, "", at - timedelta(hours=3), at)
        with opened(reader):
            receive_records(portion, sending, reader=reader, area_code=phone.area, ring=ring)
    found = state()
    transaction.savepoint_rollback(before)
    return found


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_any_portions_and_repeats_end_alike(
    made: dict[str, Made], phone: Phone, data: st.DataObject
) -> None:
    at, tasks = timezone.now(), [made["own"].task.pk, made["below"].task.pk]
    wanted = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(OUTCOMES), minutes, st.lists(st.sampled_from(tasks), min_size=1, unique=True)
            ),
            min_size=2,
            max_size=6,
        )
    )
    sent = [
        phone.record(outcome, tasks=mine, device_at=(at - timedelta(minutes=ago)).isoformat())
        for outcome, ago, mine in wanted
    ]  # fmt: skip
    read = [one for one in read_all([json.dumps(one).encode() for one in sent]) if isinstance(one, Read)]
    assert len(read) == len(sent)
    shuffled = data.draw(st.permutations(read + read[:2]))
    cut = data.draw(st.integers(0, len(shuffled)))
    assert arrive([shuffled[:cut], shuffled[cut:]], phone, at) == arrive([read], phone, at)


def test_the_last_that_happened_says_what_came_of_the_task(made: dict[str, Made], phone: Phone) -> None:
    """Not the last that arrived; and one that somebody closed in the office meanwhile stays as it is."""
    task, at = made["own"].task.pk, timezone.now()
    with scope(""):
        Task.objects.filter(pk=task).update(opened_at=at - timedelta(days=9))
    moved, reached = (
        phone.record(outcome, tasks=[task], device_at=(at - timedelta(hours=ago)).isoformat())
        for outcome, ago in (("moved", 1), ("reached", 5))
    )
    phone.send(moved)
    phone.send(reached)
    with scope(""):
        found = Task.objects.get(pk=task)
        assert (
            found.result == "moved_away"
            and found.closed_at
            and abs(found.closed_at - at + timedelta(hours=1)) < timedelta(minutes=1)
        )
        Task.objects.filter(pk=task).update(closed_at=at, result="wrong_details")
    phone.send(phone.record("reached", tasks=[task], device_at=at.isoformat()))
    with scope(""):
        assert Task.objects.get(pk=task).result == "wrong_details"
        assert Visit.objects.count() == 3


@given(
    st.lists(st.builds(Ending, st.text(max_size=3), st.sampled_from(("reached", "moved")), moments)),
    st.randoms(),
)
def test_the_last_ending_is_the_same_in_any_order(endings: list[Ending], random: Any) -> None:
    shuffled = endings[:]
    random.shuffle(shuffled)
    assert last_of(shuffled) == last_of(endings)


@given(
    st.timedeltas(timedelta(hours=-48), timedelta(hours=48)), st.timedeltas(timedelta(0), timedelta(days=3))
)
def test_whatever_a_clock_shows_the_moment_is_right(ahead: timedelta, ago: timedelta) -> None:
    now = timezone.now()
    at, behind = happened(now - ago + ahead, now + ahead, now)
    assert at == now - ago and abs(behind + ahead.total_seconds()) < 0.001
