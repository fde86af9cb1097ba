"""The fixed cast of the tests of access: one made-up person in each of four areas, and accounts for every role."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from zoneinfo import ZoneInfo

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from fournets.accounts.models import User
from fournets.calls.models import Call, Poster, Registration
from fournets.care.models import Need
from fournets.crypto import load_ring
from fournets.fieldwork.models import FieldRecord
from fournets.home import home
from fournets.intake.models import SourceFile, Upload
from fournets.interop.models import FieldForm, KeptAside
from fournets.isolation.models import Bed, IsolationOrder, Site, Stay
from fournets.jobs.models import Job
from fournets.keeping.models import Forgetting
from fournets.organization.models import Appointment, Cover, Task, Token
from fournets.people.models import Household, Person, ReviewItem
from fournets.people.services.batch import COLUMNS
from fournets.places.models import Area, Enterprise
from fournets.places.scope import scope
from fournets.reporting.models import Export, FilledCopy, FilledForm, FormDeadline, FormTemplate, KeptForm
from fournets.screening.models import Assessment, Decision, Override, Reminder
from fournets.sites.models import Arrival, RoundDone, RoundPlan
from fournets.tracing.models import Answer, AnswerLine, Case, Contact

TOWN = "440605123"
AREAS = {"own": TOWN + "018", "below": TOWN + "018001", "parent": TOWN, "neighbour": TOWN + "008"}
INSIDE = ("own", "below")  # what somebody appointed to the first area may see
NAMES = {"own": "欧阳本级", "below": "司徒下级", "parent": "上官上级", "neighbour": "诸葛邻居"}
ON = date(2020, 2, 3)
AT = datetime(2020, 2, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
ID_NUMBER, PHONE, ADDRESS = "440605199001011234", "13800138001", "银河社区西路3号2栋501"
METHODS_OF = (
    "account_authentication_methods_user"  # the sign-in library's word for whose records a session holds
)


@dataclass(frozen=True, slots=True)
class Made:
    """What stands in one area: the numbers a route's address may name. `account` holds an appointment there."""

    relation: str
    area: str
    person: Person
    household: Household
    enterprise: Enterprise
    task: Task
    account: User
    appointment: Appointment
    override: Override
    export: Export
    review: ReviewItem
    file: SourceFile
    job: Job
    reminder: Reminder
    form: KeptForm
    filled: FilledForm
    deadline: FormDeadline
    token: Token
    upload: Upload
    field_form: FieldForm
    aside: KeptAside
    order: IsolationOrder
    site: Site
    running: tuple[Arrival, RoundDone]
    case: Case
    contact: Contact
    answer: Answer
    need: Need
    forgetting: Forgetting
    poster: Poster
    visit: FieldRecord


def plant() -> dict[str, Made]:
    """The areas and what stands in each, by relation to the reader's."""
    with scope(""):
        kinds = {9: "town", 12: "community", 15: "cell"}
        for relation, code in AREAS.items():
            name = f"{relation} area"
            Area.objects.create(code=code, kind=kinds[len(code)], official_name=name, short_name=name)
        return {relation: _made(relation, code) for relation, code in AREAS.items()}


def _made(relation: str, area: str) -> Made:
    ring, name = load_ring(home() / "keys.toml"), NAMES[relation]
    household = Household.objects.create(public_id=f"H{relation.upper()}", area_code=area)
    person = Person.objects.create(
        public_id=f"P{relation.upper()}", area_code=area, name=name, sex="female", seen_on=ON, household=household,
        birth_on=date(1990, 1, 1), id_number_sealed=ring.seal("id_number", ID_NUMBER),
        phone_sealed=ring.seal("phone", PHONE), address_sealed=ring.seal("address", ADDRESS),
    )  # fmt: skip
    cover = Cover.objects.create(area_code=area, worker=f"{name}的网格员", from_on=ON)
    decision, _ = Decision.objects.get_or_create(
        key="k",
        defaults={
            "facts": {},
            "on": ON,
            "town_code": TOWN,
            "policy_digest": "d",
            "risk_class": "none",
            "action": "none",
        },
    )
    Assessment.objects.create(
        person_id=person.pk, area_code=area, decision=decision, assessed_on=ON, since_on=ON
    )
    account = account_for(f"clerk.{relation}")
    held = appointed(account, "grid_worker", area)
    return Made(
        relation,
        area,
        person,
        household,
        Enterprise.objects.create(public_id=f"E{relation.upper()}", area_code=area, name=f"{name}商行", name_key="x"),
        Task.objects.create(area_code=area, person_id=person.pk, purpose="visit", cover=cover, opened_on=ON, due_at=AT),
        account,
        held,
        Override.objects.create(
            person_id=person.pk, area_code=area, risk_class="none", reason_sealed=ring.seal("reason", "x"), asked_by="x",
            from_on=timezone.localdate(), until_on=timezone.localdate() + timedelta(days=3), asked_at=AT,
        ),
        Export.objects.create(
            serial=f"X{relation.upper()}", kind="list", area_code=area, on=ON, columns=["name"], recipient="x", purpose="x",
            count=1, state="waiting", asker="x", asked_at=AT,
        ),
        _review(area, person),
        SourceFile.objects.create(
            sha256=f"{relation:0>64}", name=f"{name}.xlsx", area_code=area, size=1, received_at=AT, seen_on=ON, state="taken",
        ),
        Job.objects.create(kind="intake", area_code=area, actor=name, asked_at=AT),
        Reminder.objects.create(enterprise_id=1, area_code=area, owed="survey", at=AT, by="x"),
        *_form(area, person, name),
        _token(held),
        *(_upload(area, name), *_field_form(relation, area)),
        _order(area, person),
        *_site(area, name),
        *_traced(area, person),
        _need(area),
        _forgetting(area, person),
        _poster(area, person),
        _visit(relation, area, person),
    )  # fmt: skip


def _visit(relation: str, area: str, person: Person) -> FieldRecord:
    """A phone's record of a visit to somebody of the area, kept aside."""
    said = {"id": f"00000000-0000-4000-8000-{list(AREAS).index(relation):012}", "account": 1, "area": area, "outcome": "reached",
            "device_at": AT.isoformat(), "people": [person.public_id]}  # fmt: skip
    content = load_ring(home() / "keys.toml").seal("content", json.dumps(said))
    return FieldRecord.objects.create(
        record_id=said["id"], digest=b"x", area_code=area, outcome="reached", content_sealed=content, device_at=AT, sent_at=AT,
        received_at=AT, offset=0, happened_at=AT, sent_by="x", state="aside", reason="no_right", counts=False,
    )  # fmt: skip


def _forgetting(area: str, person: Person) -> Forgetting:
    """Somebody has asked that this person be forgotten."""
    ring = load_ring(home() / "keys.toml")
    return Forgetting.objects.create(
        person_id=person.pk, area_code=area, reason_sealed=ring.seal("reason", "本人申请"), asked_by="x", asked_at=AT,
    )  # fmt: skip


def _poster(area: str, person: Person) -> Poster:
    """Somebody of the area is to be called, and registered himself on the area's page."""
    ring = load_ring(home() / "keys.toml")
    Call.objects.create(
        person_id=person.pk, origin_id=person.pk, area_code=area, purpose="returnee", due_at=AT, call_at=AT,
        opened_by="x", opened_at=AT,
    )  # fmt: skip
    poster = Poster.objects.create(area_code=area, token=f"token-{person.public_id}", made_by="x", made_at=AT)
    told = {
        "name": person.name,
        "phone": PHONE,
        "address": ADDRESS,
        "from_place": "武汉",
        "returned_on": "2020-02-01",
    }
    content = json.dumps(told | {"transport_no": "", "symptoms": ""})
    Registration.objects.create(
        poster=poster, area_code=area, content_sealed=ring.seal("content", content), received_at=AT
    )
    return poster


def _order(area: str, person: Person) -> IsolationOrder:
    """Somebody of the area isolates at home; where, is sealed."""
    ring = load_ring(home() / "keys.toml")
    return IsolationOrder.objects.create(
        number=f"G{person.public_id[1:]}", person_id=person.pk, origin_id=person.pk, area_code=area, basis="contact",
        state="home", from_on=ON, until_on=ON + timedelta(days=14), where_sealed=ring.seal("address", ADDRESS),
        policy_digest="d", issued_by="x", issued_at=AT,
    )  # fmt: skip


def _site(area: str, name: str) -> tuple[Site, tuple[Arrival, RoundDone]]:
    """An isolation site with one bed, in which somebody of the area lies; who is expected there, and a round that was done."""
    site = Site.objects.create(name=f"{area}点", area_code=area, kind="site", opened_by="x", opened_at=AT)
    bed = Bed.objects.create(site=site, area_code=area, floor=1, room="101", label="1", state="occupied")
    order = IsolationOrder.objects.filter(area_code=area).latest("id")
    Stay.objects.create(bed=bed, order=order, area_code=area, from_at=AT, given_by="x")
    arrival = Arrival.objects.create(
        site=site, area_code=area, on=ON, people=3, whence="x", noted_by="x", noted_at=AT
    )
    plan = RoundPlan.objects.create(
        site=site, area_code=area, kind="waste", where="x", hours=12, begun_by="x", begun_at=AT
    )
    sealed = load_ring(home() / "keys.toml").seal("file", base64.b64encode(b"%PDF-").decode())
    done = RoundDone.objects.create(
        plan=plan, area_code=area, proof="file", media="application/pdf", file_sealed=sealed, by="x", at=AT
    )
    return site, (arrival, done)


def _traced(area: str, person: Person) -> tuple[Case, Contact, Answer]:
    """Somebody of the area is a case, and was in contact with it himself: the rows, not the sense, are what counts here."""
    case = Case.objects.create(
        number=f"C{person.public_id[1:]}", person_id=person.pk, origin_id=person.pk, area_code=area, classification="confirmed",
        reported_on=ON, noted_by="x", noted_at=AT,
    )  # fmt: skip
    contact = Contact.objects.create(
        case=case, person_id=person.pk, origin_id=person.pk, area_code=area, degree="close", kind="meal", last_on=ON,
        place_sealed=load_ring(home() / "keys.toml").seal("place", "银河饭店"), source="survey", noted_by="x", noted_at=AT,
    )  # fmt: skip
    answer = Answer.objects.create(area_code=area, sha256="x", rows=1, sent_by="x", sent_at=AT)
    AnswerLine.objects.create(
        answer=answer, contact=contact, area_code=area, row=2, decision="continue", acts=["note"]
    )
    return case, contact, answer


def _need(area: str) -> Need:
    """Somebody in isolation needs food; nobody has taken it."""
    order, ring = IsolationOrder.objects.filter(area_code=area).latest("id"), load_ring(home() / "keys.toml")
    return Need.objects.create(
        order=order, area_code=area, kind="food", words_sealed=ring.seal("words", "奶粉"), asked_by="x", asked_at=AT, due_at=AT,
    )  # fmt: skip


def _review(area: str, person: Person) -> ReviewItem:
    """A row in doubt: it may be this person's."""
    ring = load_ring(home() / "keys.toml")
    row = dict.fromkeys(COLUMNS) | {"name": person.name, "id_number": ID_NUMBER, "phone": PHONE}
    return ReviewItem.objects.create(
        area_code=area,
        file_id=1,
        sheet=1,
        row=1,
        reason="doubt",
        candidates=[person.pk],
        origin=1,
        row_sealed=ring.seal("row", json.dumps(row)),
    )


def _upload(area: str, name: str) -> Upload:
    """A list that was looked at and waits for a decision."""
    job = Job.objects.create(kind="look", area_code=area, actor=name, asked_at=AT, state="done", done=1)
    return Upload.objects.create(
        job=job, area_code=area, name=f"{name}.xlsx", size=1, seen_on=ON, state="looked"
    )


def _field_form(relation: str, area: str) -> tuple[FieldForm, KeptAside]:
    """A form in use in the area, and something of it that was kept aside."""
    form = FieldForm.objects.create(
        form_id=f"walk.{relation}", version="1", title="走访表", area_code=area, xform="<x/>", md5="x", workbook=b"x",
        questions=[], sent_by="x", sent_at=AT,
    )  # fmt: skip
    xml = f'<data id="walk.{relation}" version="1"><name>{NAMES[relation]}</name></data>'
    content = load_ring(home() / "keys.toml").seal("content", base64.b64encode(xml.encode()).decode())
    aside = KeptAside.objects.create(
        form_id_text=form.form_id, instance_id="uuid:1", area_code=area, reason="form_closed", digest=b"x", content_sealed=content,
        sent_by="x", received_at=AT,
    )  # fmt: skip
    return form, aside


def _form(area: str, person: Person, name: str) -> tuple[KeptForm, FilledForm, FormDeadline]:
    """A department's form the area keeps, and one filled with it: its preview names somebody of the area."""
    ring = load_ring(home() / "keys.toml")
    columns = [{"sheet": "表", "cell": "A1", "header": "姓名", "field": "name"}]
    template, _ = FormTemplate.objects.get_or_create(
        name="居民登记表", version=1, sha256="x", kind="person", columns=columns, defaults={"learned_at": AT}
    )
    form = KeptForm.objects.create(
        area_code=area, name="居民登记表", template=template, department="卫健办", sha256="x", sent_by="x", sent_at=AT,
        blank_sealed=ring.seal("blank", blank()),
    )  # fmt: skip
    filled = FilledForm.objects.create(
        template=template, form=form, area_code=area, on=ON, sha256="x", at=AT, by="x", serial=f"F{area[-3:]}{len(area)}",
        report={"columns": [], "rows": 1, "cells_filled": 1, "cells_empty": 0},
    )  # fmt: skip
    sheet = {"sheet": "表", "rows": [[["A1", name, 1, 1]]], "head": [0, 0], "first": 0}
    FilledCopy.objects.create(
        filled=filled, area_code=area, people=[person.pk], at=AT, content_sealed=ring.seal("content", blank()),
        shown_sealed=ring.seal("shown", json.dumps([sheet])),
    )  # fmt: skip
    deadline = FormDeadline.objects.create(
        form=form, area_code=area, rule="reporting.cut_off", weekdays=[1], recipient="卫健办", set_by="x", set_at=AT,
    )  # fmt: skip
    return form, filled, deadline


@cache
def blank() -> str:
    """A department's blank, as it is kept."""
    book, content = Workbook(), BytesIO()
    for column, text in enumerate(("序号", "姓名", "身份证号码", "联系电话"), 1):
        book.active.cell(2, column, text)
    book.active["A1"] = "居民登记表"
    book.save(content)
    return base64.b64encode(content.getvalue()).decode()


def _token(held: Appointment) -> Token:
    until = timezone.now() + timedelta(days=9)
    words = {"purpose": "大屏", "made_by": "x", "made_at": AT, "until_at": until}
    return Token.objects.create(user=held.user, appointment=held, digest=held.area_code.encode(), **words)


def account_for(login: str, *, factor: bool = False, **more: bool) -> User:
    """An account that needs no new password; with an authenticator program if ``factor``."""
    settings = {"must_change_password": False} | more
    user = User.objects.create(login=login, name=login, created_at=AT, password="!", **settings)
    if factor:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


def appointed(user: User, role: str, area: str, *, days: int | None = None, **more: object) -> Appointment:
    """A post held since yesterday, for ever or for so many days from now."""
    now = datetime.now(AT.tzinfo)
    until = None if days is None else now + timedelta(days=days)
    with scope(""):
        return Appointment.objects.create(
            user=user, role=role, area_code=area, from_at=now - timedelta(days=1), until_at=until, given_by="test", **more
        )  # fmt: skip


def signed_in(user: User, *, used_factor: bool = False) -> Client:
    """A browser in which somebody is signed in; errors of a page are answers, not exceptions."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    if used_factor:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
        session[METHODS_OF] = str(user.pk)
        session.save()
    return client


def member(role: str, area: str = AREAS["own"]) -> Client:
    """A browser of somebody who holds a post and has done all its role asks."""
    user = account_for(f"{role}.{area}", factor=True)
    appointed(user, role, area)
    return signed_in(user, used_factor=True)
