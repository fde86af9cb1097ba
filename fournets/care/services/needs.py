"""Needs: told by the person himself or for him, taken by somebody, answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from fournets.audit.services import record
from fournets.care.models import Need
from fournets.care.rules.alarms import settings
from fournets.care.rules.needs import ANSWER, ANSWERED, ANSWERS, OPEN, TAKEN, WORDS, due_by, kinds
from fournets.crypto import KeyRing
from fournets.isolation.models import IsolationOrder
from fournets.isolation.rules import IN_FORCE
from fournets.isolation.services import OWN
from fournets.language import Refusal
from fournets.organization.access import Reader

CARE = "care.answer"
LEAST = 2  # characters of an answer in words


@transaction.atomic
def ask_need(reader: Reader, number: str, kind: str, words: str, *, at: datetime, ring: KeyRing) -> Need:
    """Notes what the person of an order needs; a `Refusal` for an unknown kind, an order that is over, or without the right."""
    order = IsolationOrder.objects.filter(number=number).first()
    if order is None:
        raise Refusal("isolation_number")
    if not reader.may_in(CARE, order.area_code):
        raise Refusal("isolation_right")
    need = _ask(order, kind, words, reader.login, at, ring)
    _record("need_told", reader.login, need, order.number, at)
    return need


@transaction.atomic
def ask_for_self(order_id: int, kind: str, words: str, *, at: datetime, ring: KeyRing) -> Need:
    """Notes what the person of an order says he needs, by his own page; a `Refusal` also when he asks too often in an hour."""
    order = IsolationOrder.objects.select_for_update().get(pk=order_id)
    lately = Need.objects.filter(order=order, asked_by=OWN, asked_at__gt=at - timedelta(hours=1))
    if lately.count() >= settings()["needs"]["own_per_hour"]:
        raise Refusal("own_too_often")
    need = _ask(order, kind, words, OWN, at, ring)
    _record("need_told_self", OWN, need, order.number, at)
    return need


@transaction.atomic
def take_need(reader: Reader, need_id: int, *, at: datetime) -> Need:
    """Whoever takes a need sees to it from now on, also where somebody else had taken it."""
    need = _open(reader, need_id)
    if need.owner == reader.login:
        raise Refusal("need_yours")
    need.state, need.owner = TAKEN, reader.login
    need.save(update_fields=["state", "owner"])
    _record("need_taken", reader.login, need, need.order.number, at)
    return need


@transaction.atomic
def answer_need(
    reader: Reader, need_id: int, answer: str, words: str, *, at: datetime, ring: KeyRing
) -> Need:
    """Says what came of a need, in one of `ANSWERS` and in words, which the person reads on his page."""
    need, words = _open(reader, need_id), " ".join(words.split())
    if answer not in ANSWERS:
        raise Refusal("need_answer")
    if answer != "done" and len(words) < LEAST:
        raise Refusal("need_why")
    need.state, need.owner, need.answer = ANSWERED, need.owner or reader.login, answer
    need.answer_sealed = _sealed(ANSWER, words, ring)
    need.answered_by, need.answered_at = reader.login, at
    need.save()
    _record("need_answered", reader.login, need, need.order.number, at)
    return need


def _ask(order: IsolationOrder, kind: str, words: str, by: str, at: datetime, ring: KeyRing) -> Need:
    if kind not in kinds():
        raise Refusal("need_kind")
    if order.state not in IN_FORCE:
        raise Refusal("isolation_over")
    words = " ".join(words.split())
    if kind == "other" and len(words) < LEAST:
        raise Refusal("need_words")
    return Need.objects.create(
        order=order,
        area_code=order.area_code,
        kind=kind,
        words_sealed=_sealed(WORDS, words, ring),
        asked_by=by,
        asked_at=at,
        due_at=due_by(kind, at),
    )


def _open(reader: Reader, need_id: int) -> Need:
    need = Need.objects.select_for_update(of=("self",)).select_related("order").filter(pk=need_id).first()
    if need is None:
        raise Refusal("need_unknown")
    if not reader.may_in(CARE, need.area_code):
        raise Refusal("isolation_right")
    if need.state not in (OPEN, TAKEN):
        raise Refusal("need_over")
    return need


def _sealed(name: str, words: str, ring: KeyRing) -> bytes | None:
    return ring.seal(name, words[: settings()["needs"]["words_most"]]) if words else None


def _record(act: str, actor: str, need: Need, number: str, at: datetime) -> None:
    details: dict[str, Any] = {"order": number, "need": need.pk, "kind": need.kind, "answer": need.answer}
    record(act=act, actor=actor, area_code=need.area_code, at=at, details=details)
