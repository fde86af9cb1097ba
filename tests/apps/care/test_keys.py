"""A new key seals again all that is sealed of isolation and care, and it reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from fournets.care.selectors.alarms import alarms_of_order
from fournets.care.selectors.needs import needs_of_order, team_of_order
from fournets.care.services import (
    answer_need,
    ask_need,
    give_team,
    link_for,
    opened_by,
    send_to_hospital,
    set_team,
    take_alarm,
)
from fournets.crypto import load_ring, new_ring, save_ring, without_old_keys
from fournets.home import home
from fournets.isolation.models import IsolationOrder, Observation
from fournets.isolation.selectors.orders import whole_order
from fournets.isolation.services import Typed, move, observe_self
from fournets.keeping.keys import rotate_keys
from fournets.places.scope import set_scope
from tests.apps.care.test_needs import CLERK, FIVE
from tests.apps.isolation.test_beds import people_to_place
from tests.apps.isolation.test_orders import MEDIC, ON
from tests.apps.screening.people import AT, YINHE


@pytest.mark.django_db
def test_all_of_it_reads_the_same_with_the_new_key_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURNETS_HOME", str(tmp_path / "home"))
    path = home() / "keys.toml"
    save_ring(new_ring(), path)
    ring = load_ring(path)
    set_scope("")
    (number,) = people_to_place(1)
    order = IsolationOrder.objects.get()
    when = {"on": ON, "at": AT}
    move(MEDIC, number, "home", "改为居家", where="西路3号", **when, ring=ring)
    observe_self(order.pk, Typed("38.1"), "头晕", at=AT, ring=ring)
    take_alarm(MEDIC, number, **when)
    send_to_hospital(MEDIC, number, "区人民医院", "复测 38.4", **when, ring=ring)
    need = ask_need(MEDIC, number, "food", "大米", at=AT, ring=ring)
    answer_need(MEDIC, need.pk, "done", "已送到", at=AT, ring=ring)
    give_team(CLERK, set_team(CLERK, YINHE, "一组", FIVE, **when, ring=ring).pk, [number], **when)
    secret = link_for(MEDIC, number, at=AT, ring=ring)
    rotate_keys(path, cipher="SM4-GCM", actor="keeper", at=AT)
    fresh = without_old_keys(load_ring(path))
    whole, (alarm,), (told,) = (
        whole_order(number, ring=fresh),
        alarms_of_order(order.pk, ring=fresh),
        needs_of_order(order.pk, ring=fresh),
    )
    assert whole is not None and whole.where == "西路3号" and whole.happened[0].reason == "改为居家"
    assert (alarm.hospital, alarm.reason, told.words, told.answer) == (
        "区人民医院",
        "复测 38.4",
        "大米",
        "已送到",
    )
    assert fresh.unseal("note", bytes(Observation.objects.get().note_sealed or b"")) == "头晕"
    team = team_of_order(order.pk, ring=fresh)
    assert team is not None and team.members[0][2] == FIVE["community_cadre"][1]
    assert link_for(MEDIC, number, at=AT, ring=fresh) == secret
    with opened_by(secret) as opened:
        assert opened == order.pk
