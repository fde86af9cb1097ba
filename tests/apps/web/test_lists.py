"""What every list of the workbench does: columns, order, views, what it is narrowed to, and what is selected in it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fournets.organization.models import SavedView, Task
from fournets.people.models import Person
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS, ON, Made, account_for, appointed, member, plant, signed_in

MOST_QUERIES = 15


@pytest.fixture
def made(db: None) -> dict[str, Made]:
    return plant()


def enter(role: str = "community", area: str = AREAS["own"]) -> Client:
    client = member(role, area)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def clerk(made: dict[str, Made]) -> Client:
    return enter()


def page(client: Client, address: str = "/people/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, address: str, **form: object) -> str:
    """What the page says to which a form leads."""
    answer = client.post(address, form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def heads(text: str) -> list[str]:
    return [re.sub("<[^>]+>|[▲▼↕]", "", one) for one in re.findall('<th scope="col".*?</th>', text)]


def shown(text: str) -> list[str]:
    """The names of the lines, in their order."""
    return re.findall("data-row>([^<]+)</a>", text)


def ticked(text: str) -> int:
    return len(re.findall('name="chosen" value="[^"]+" checked', text))


def crowd(count: int, *, first: int = 0) -> None:
    with scope(""):
        Person.objects.bulk_create(
            Person(public_id=f"PX{at:04}", area_code=AREAS["own"], name=f"某{at:04}", seen_on=ON)
            for at in range(first, first + count)
        )


def work(count: int) -> None:
    """So many more tasks of the reader's area, each due an hour after the one before."""
    crowd(count)
    now = timezone.now()
    with scope(""):
        people = Person.objects.filter(public_id__startswith="PX").order_by("public_id")
        Task.objects.bulk_create(
            Task(area_code=AREAS["own"], person_id=one.pk, purpose="call", opened_on=now.date(), due_at=now + timedelta(hours=at + 1))
            for at, one in enumerate(people)
        )  # fmt: skip


def keys(text: str) -> list[str]:
    return re.search('name="shown" value="([^"]*)"', text)[1].split()  # type: ignore[index]


def select(client: Client, text: str, chosen: list[str], then: str = "", listing: str = "people") -> str:
    back = unescape(re.search('name="back" value="([^"]*)"', text)[1])  # type: ignore[index]
    return send(
        client,
        "/lists/select/",
        list=listing,
        shown=" ".join(keys(text)),
        chosen=chosen,
        then=then,
        back=back,
    )


# columns


def test_columns_are_chosen_and_kept_and_stand_in_the_address(clerk: Client) -> None:
    usual = heads(page(clerk))
    assert usual[0] == "Name" and "Employer" not in usual and "Phone" in usual
    answer = clerk.post(
        "/lists/columns/", {"list": "people", "columns": ["employer", "area"], "query": "sort=name"}
    )
    assert answer.headers["Location"] == "/people/?sort=name&columns=name,area,employer"
    assert heads(page(clerk)) == ["Name", "Area", "Employer"]
    assert heads(page(clerk, "/people/?columns=phone")) == [
        "Name",
        "Phone",
    ]  # a colleague's address counts first
    assert heads(page(enter("grid_worker"))) == usual  # and a choice is the account's own
    assert heads(page(clerk, "/tasks/"))[0] == "About whom"


def test_columns_nobody_has_are_the_usual_ones(clerk: Client) -> None:
    assert heads(page(clerk, "/people/?columns=id_number_sealed,x")) == heads(page(clerk))
    send(clerk, "/lists/columns/", list="people", columns=["x"])
    assert len(heads(page(clerk))) == 7


def test_what_is_missing_has_its_columns_too(made: dict[str, Made]) -> None:
    client = enter("liaison")
    address = f"/coverage/missing/?area={AREAS['own']}"
    before = heads(page(client, address))
    answer = client.post(
        "/lists/columns/", {"list": "missing", "columns": ["by"], "query": f"area={AREAS['own']}"}
    )
    assert answer.headers["Location"].endswith("columns=what,by")
    assert (heads(page(client, address)), len(before)) == ([before[0], before[-1]], 5)


# order


@pytest.mark.parametrize(
    ("address", "head", "order"),
    [
        ("/people/", "Area", "ascending"),
        ("/people/?sort=-name", "Name", "descending"),
        ("/tasks/?sort=due", "Until", "ascending"),
        ("/tasks/?sort=-area", "Where", "descending"),
    ],
)
def test_the_order_is_said_in_the_head_and_turned_there(
    clerk: Client, address: str, head: str, order: str
) -> None:
    marked = re.findall(
        '<th scope="col" aria-sort="([a-z]+)"><a href="([^"]+)"[^>]*>([^<]+)', page(clerk, address)
    )
    assert [(one, word) for one, _, word in marked] == [(order, head)]
    turned = page(clerk, address.split("?")[0] + unescape(marked[0][1]))
    other = {"ascending": "descending", "descending": "ascending"}[order]
    assert f'aria-sort="{other}"' in turned


@pytest.mark.parametrize("sort", ["area", "-area", "due", "-due"])
def test_page_after_page_of_tasks_each_comes_once(
    clerk: Client, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fournets.web.tasks.PAGE", 7)
    work(30)
    seen: list[str] = []
    address = f"/tasks/?sort={sort}"
    while address:
        text = page(clerk, address)
        seen += keys(text)
        found = re.search('rel="next" href="([^"]+)"', text)
        address = "/tasks/" + unescape(found[1]) if found else ""
    with scope(AREAS["own"]):
        order = {"due": ("due_at", "id"), "area": ("area_code", "id")}[sort.lstrip("-")]
        wanted = [str(one) for one in Task.objects.order_by(*order).values_list("id", flat=True)]
    assert seen == (wanted[::-1] if sort.startswith("-") else wanted) and len(seen) == 32


@pytest.mark.parametrize("sort", ["-area", "-name"])
def test_page_after_page_of_people_backwards(clerk: Client, sort: str) -> None:
    crowd(110)
    seen: list[str] = []
    address = f"/people/?sort={sort}"
    while address:
        text = page(clerk, address)
        seen += keys(text)
        found = re.search('rel="next" href="([^"]+)"', text)
        address = "/people/" + unescape(found[1]) if found else ""
    with scope(AREAS["own"]):
        order = ("-name", "-id") if sort == "-name" else ("-area_code", "-id")
        assert seen == list(Person.objects.order_by(*order).values_list("public_id", flat=True))


# what it is narrowed to


def test_what_a_list_is_narrowed_to_is_said_and_taken_away(clerk: Client) -> None:
    work(3)
    with scope(""):
        Task.objects.filter(purpose="call").update(opened_on=timezone.localdate() - timedelta(days=2))
    text = page(clerk, f"/tasks/?purpose=call&older=1&area={AREAS['own']}")
    chips = dict(re.findall('<span class="chip">([^<]+)<a href="([^"]+)"', text))
    assert set(chips) == {"not yet called", "older than 1 days"}
    assert len(shown(text)) == 3
    assert shown(page(clerk, "/tasks/" + unescape(chips["older than 1 days"]))) == shown(text)
    assert len(shown(page(clerk, "/tasks/" + unescape(chips["not yet called"])))) == 5
    assert shown(page(clerk, "/tasks/?purpose=call&older=3")) == []
    assert "no_phone" not in page(clerk, "/people/?no_phone=yes").split('class="chip"')[1].split("</span>")[0]


@pytest.mark.parametrize("query", ["?purpose=x", "?older=4", "?sort=name", "?after=-1", "?after=9" * 30])
def test_a_list_of_tasks_that_does_not_exist_is_not_there(clerk: Client, query: str) -> None:
    assert clerk.get(f"/tasks/{query}").status_code == 404


# views


def test_a_view_is_saved_shown_renamed_removed_and_brought_back(clerk: Client) -> None:
    said = send(
        clerk,
        "/lists/views/",
        list="tasks",
        name="Late first",
        query="only=late&sort=due&columns=name,due_at&after=7",
        do="save",
    )
    assert "The view is saved." in said
    link = unescape(re.search('<nav class="views".*?href="([^"]+)"', said)[1])  # type: ignore[index]
    assert link == "?only=late&sort=due&columns=name,due_at"
    opened = page(clerk, "/tasks/" + link)
    assert heads(opened) == ["About whom", "Until"] and 'aria-current="page">Late first' in opened
    number = SavedViews().number()
    assert ">Later<" in send(clerk, "/lists/views/", list="tasks", view=number, name="Later", do="rename")
    removed = send(clerk, "/lists/views/", list="tasks", view=number, do="remove", query="only=late")
    assert "The view Later is removed." in removed and ">Later</a>" not in removed
    assert ">Later</a>" in send(clerk, "/lists/views/", list="tasks", view=number, do="restore")
    assert ">Later</a>" not in page(clerk) and ">Later</a>" not in page(enter("grid_worker"), "/tasks/")


class SavedViews:
    """What stands of views, as the owner of the table sees them."""

    def number(self) -> int:
        from tests.apps.keeping.lives import as_keeper

        with as_keeper():
            return SavedView.objects.exclude(name="").get().pk


def test_a_shared_view_says_whose_it_is_and_is_only_his_to_change(
    clerk: Client, made: dict[str, Made]
) -> None:
    send(
        clerk, "/lists/views/", list="people", name="No phone", query="no_phone=yes", shared="yes", do="save"
    )
    colleague = account_for("colleague")
    appointed(colleague, "grid_worker", AREAS["own"])
    other = signed_in(colleague)
    text = page(other)
    assert ">No phone</a>" in text and "community." in text.split(">No phone</a>")[1][:60]
    assert "管理视图" not in text and "Manage views" not in text
    send(other, "/lists/views/", list="people", view=SavedViews().number(), do="remove")
    assert ">No phone</a>" in page(clerk)
    assert ">No phone</a>" not in page(enter("community", AREAS["parent"]))


@pytest.mark.parametrize(
    "query", ["class=<script>", "since=2020-02-03&x=区美兰", "area=区美兰", "next=//evil"]
)
def test_only_what_the_list_knows_stands_in_a_view(clerk: Client, query: str) -> None:
    send(clerk, "/lists/views/", list="people", name="v", query=query, do="save")
    from tests.apps.keeping.lives import as_keeper

    with as_keeper():
        assert SavedView.objects.get(name="v").query in ("", "since=2020-02-03")


def test_a_view_without_a_name_is_refused_in_words(clerk: Client) -> None:
    assert "Say what the view is called." in send(clerk, "/lists/views/", list="tasks", do="save")
    assert "There is no such view" in send(clerk, "/lists/views/", list="tasks", do="remove", view="999999")


# sets, not rows


@pytest.mark.parametrize("address", ["/people/", "/tasks/", "/people/?sort=-name&columns=name,employer"])
def test_a_page_asks_as_many_questions_for_many_lines_as_for_few(clerk: Client, address: str) -> None:
    page(clerk, address)
    with CaptureQueriesContext(connection) as few:
        page(clerk, address)
    work(40)
    select(clerk, page(clerk, address), [], "page", "tasks" if "tasks" in address else "people")
    with CaptureQueriesContext(connection) as many:
        assert len(shown(page(clerk, address))) > 40
    own = [
        one["sql"]
        for one in many
        if not re.match("(RELEASE )?SAVEPOINT|SELECT .*_(setting|config)", one["sql"])
    ]
    assert len(many) == len(few) and len(own) <= MOST_QUERIES, own
    assert not [one for one in own if " OFFSET " in one or 'count(*) FROM "people_person"' in one.lower()]
