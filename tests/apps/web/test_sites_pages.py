"""The pages of a site: each act on its page, what is wrong said there, empty states, both languages, few statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.audit.models import AuditLine
from fournets.isolation.models import Site
from fournets.places.scope import scope
from fournets.sites.models import Arrival, Assignment, RoundDone, RoundPlan, Supply, Worker
from tests.apps.access.cast import AREAS, Made, member, plant
from tests.apps.web.test_contacts_pages import ask, look

PHOTO = b"\x89PNG\r\n\x1a\n a photo"
BEGIN_AND_END = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def made(db: None) -> Made:
    made = plant()["own"]
    with scope(""):
        RoundDone.objects.all().delete(), RoundPlan.objects.all().delete(), Arrival.objects.all().delete()
    return made


@pytest.fixture
def manager(made: Made) -> Client:
    return member("site_manager")


def test_zones_and_arrivals_show_on_the_page_and_on_the_board(made: Made, manager: Client) -> None:
    at, today = f"/sites/{made.site.pk}/", timezone.localdate()
    assert "Nobody is expected" in look(manager, at) and "未划" in look(manager, at, "zh")
    ask(manager, at, do="zone", floor="1", kind="buffer", what="脱卸间")
    page = ask(manager, at, "zh", do="arrival", on=f"{today + timedelta(2)}", people="5", whence="高铁站")
    assert "脱卸间" in page and "5 人 · 高铁站" in page and "起缺 4 张床" in page
    board = look(manager, f"/beds/{made.site.pk}/", "zh")
    assert "缓冲区 脱卸间" in board and ">-4<" in board
    with scope(""):
        number = Arrival.objects.get().pk
    end, back = f"/sites/arrivals/{number}/end/", str(made.site.pk)
    assert "Between 1 and 5 of them" in ask(manager, end, do="came", came="viele", site=back)
    assert "2 people · 高铁站" in ask(manager, end, do="came", came="3", site=back)
    assert "Nobody is expected" in ask(manager, end, do="end", came="2", site=back)
    wrong = ask(manager, at, status=422, do="arrival", on=f"{today}", people="many", whence="高铁站")
    assert "Between 1 and 9,999 people" in wrong.replace("9999", "9,999") and 'value="高铁站"' in wrong
    assert "not known here" in ask(manager, at, status=422, do="fly")


def test_supplies_are_kept_counted_and_dropped(made: Made, manager: Client) -> None:
    at = f"/sites/{made.site.pk}/supplies/"
    assert "No supplies are kept yet" in look(manager, at)
    assert "never counted" in ask(manager, at, do="keep", name="口罩", unit="只", who="resident", a_day="2")
    with scope(""):
        number = Supply.objects.get().pk
    assert "under 3 days" in ask(manager, at, do="count", **{f"count-{number}": "4"})
    assert "9 天" in ask(manager, at, "zh", do="count", **{f"count-{number}": "19"})
    assert "is no amount" in ask(manager, at, status=422, do="count", **{f"count-{number}": "viele"})
    assert "No supplies are kept yet" in ask(manager, at, do="drop", item=str(number))
    wrong = ask(manager, at, status=422, do="keep", name="手套", unit="双", who="staff", a_day="0")
    assert 'value="手套"' in wrong


def test_a_round_is_done_with_a_photo_somebody_may_look_at(made: Made, manager: Client) -> None:
    at = f"/sites/{made.site.pk}/rounds/"
    assert "No rounds are planned yet" in look(manager, at)
    ask(manager, at, do="plan", kind="waste", where="二楼", hours="12")
    with scope(""):
        plan = RoundPlan.objects.get()
        RoundPlan.objects.update(begun_at=plan.begun_at - timedelta(hours=13))
    assert "漏做 1 项" in look(manager, at, "zh") and "1 rounds missed" in look(manager, "/beds/")
    assert "It takes a proof" in ask(manager, at, status=422, do="done", round=str(plan.pk))
    sent = {"do": "done", "round": str(plan.pk), "file": SimpleUploadedFile("a.png", PHOTO)}
    page = manager.post(at, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    with scope(""):
        number = RoundDone.objects.get().pk
    assert "on time" in page and f"/sites/proofs/{number}/" in page
    proof = manager.get(f"/sites/proofs/{number}/")
    assert (proof.content, proof["Content-Type"]) == (PHOTO, "image/png")
    with scope(""):
        assert AuditLine.objects.filter(act="round_proof").count() == 1
    far = member("site_manager", AREAS["neighbour"])
    assert far.get(f"/sites/proofs/{number}/").status_code == far.get(at).status_code == 404


def test_staff_is_trained_before_it_is_assigned(made: Made, manager: Client) -> None:
    at, today = f"/sites/{made.site.pk}/staff/", timezone.localdate()
    assert "No staff is noted yet" in look(manager, at)
    assert "138****8001" in ask(manager, at, do="add", name="梁小梅", phone="13800138001")
    with scope(""):
        worker = str(Worker.objects.get().pk)
    page = ask(manager, at, "zh", status=422, do="assign", worker=worker, job="health")
    assert "梁小梅缺有效的培训:消毒、个人防护" in page
    until = f"{today + timedelta(90)}"
    for kind in ("protection", "disinfection"):
        ask(manager, at, do="train", worker=worker, kind=kind, trained_on=f"{today}", until_on=until)
    assert "works here · health" in ask(manager, at, do="assign", worker=worker, job="health")
    with scope(""):
        number = str(Assignment.objects.get().pk)
    assert "not assigned" in ask(manager, at, do="leave", assignment=number)
    clerk = member("community")
    assert "梁小梅" in look(clerk, at) and 'name="do"' not in look(clerk, at)
    assert "may not" in ask(clerk, at, status=422, do="add", name="x").lower()


def test_a_page_of_a_site_asks_no_more_than_it_may(made: Made, manager: Client) -> None:
    over = {}
    pages = [f"/sites/{made.site.pk}/{one}" for one in ("", "supplies/", "rounds/", "staff/")]
    for path in (*pages, f"/beds/{made.site.pk}/", "/beds/", "/contacts/", "/contacts/cases/", f"/contacts/{made.contact.pk}/",
                 f"/contacts/cases/{made.case.number}/"):  # fmt: skip
        manager = member("task_group", AREAS["own"]) if path == pages[0] else manager
        look(manager, path)
        with CaptureQueriesContext(connection) as asked:
            look(manager, path)
        count = sum(one["sql"].split()[0] not in BEGIN_AND_END for one in asked.captured_queries)
        if count > 15:
            over[path] = count
    assert over == {} and Site.objects is not None
