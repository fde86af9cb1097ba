"""A list handed out holds those the list on the page was narrowed to, or those selected one by one, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fournets.audit.models import AuditLine
from fournets.keeping.erase import erase_people
from fournets.language import Refusal
from fournets.organization.access import Reader, opened
from fournets.organization.selection import select, selected
from fournets.people.models import Person
from fournets.places.scope import scope
from fournets.reporting.exports.lines import lines
from fournets.reporting.exports.make import make
from fournets.reporting.exports.narrow import Narrow, narrow_of
from fournets.reporting.exports.request import approve
from fournets.reporting.models import Export, ExportRow
from fournets.screening.models import Assessment, Decision
from tests.apps.exports.conftest import AT, DAY, GALAXY, GOLDEN, RING, TOWN, asked, made, rows_of
from tests.apps.keeping.lives import as_keeper

pytestmark = pytest.mark.usefixtures("town", "keys")


def people(count: int, area: str = GALAXY) -> list[Person]:
    with scope(TOWN):
        return list(Person.objects.filter(area_code=area).order_by("id")[:count])


def names(export: Export) -> set[int]:
    with scope(TOWN):
        return set(ExportRow.objects.filter(export=export).values_list("person_id", flat=True))


def test_those_selected_are_handed_out_and_no_others(clerk: Reader) -> None:
    some = [one.pk for one in people(3)]
    done = made(clerk, narrow=Narrow(chosen=some))
    assert names(done.export) == set(some) and len(rows_of(done)) == done.export.count == 3


def test_the_area_still_counts_for_those_selected(clerk: Reader) -> None:
    some = [one.pk for one in (*people(2), *people(2, GOLDEN))]
    assert asked(clerk, area=GALAXY, narrow=Narrow(chosen=some)).count == 2
    assert asked(clerk, area=TOWN, narrow=Narrow(chosen=some)).count == 4


def test_nobody_selected_is_nobody(clerk: Reader) -> None:
    with pytest.raises(Refusal) as caught:
        asked(clerk, narrow=Narrow(chosen=[]))
    assert caught.value.message.code == "export_nobody"


def test_more_than_may_be_handed_out_waits_though_each_was_selected(
    clerk: Reader, chief: Reader, few: None
) -> None:
    some = [one.pk for one in people(12)]
    export = asked(clerk, narrow=Narrow(chosen=some))
    assert (export.state, export.count) == ("waiting", 12)
    with opened(chief):
        approve(export.serial, "同意", reader=chief, at=AT)
    with opened(clerk):
        assert make(export.serial, "csv", reader=clerk, ring=RING, at=AT).export.count == 12
    assert names(export) == set(some)


def test_a_few_of_many_need_nobody_else(clerk: Reader, few: None) -> None:
    assert asked(clerk).state == "waiting"
    assert asked(clerk, narrow=Narrow(chosen=[one.pk for one in people(3)])).state == "ready"


def test_filters_narrow_as_the_list_of_people_does(clerk: Reader) -> None:
    one, two, three = people(3)
    with scope(TOWN):
        words = {"facts": {}, "on": DAY, "town_code": TOWN, "policy_digest": "d"}
        decision = Decision.objects.create(key="k", risk_class="returnee", action="isolate_home", **words)
        for person in (one, two):
            Assessment.objects.create(person_id=person.pk, area_code=person.area_code, decision=decision, assessed_on=DAY, since_on=DAY)  # fmt: skip
        Person.objects.filter(pk=two.pk).update(phone_sealed=None)
        Person.objects.exclude(pk=three.pk).update(seen_on=DAY - timedelta(days=9))
        Person.objects.filter(pk=three.pk).update(seen_on=DAY)
    assert asked(clerk, narrow=Narrow("returnee")).count == 2
    assert asked(clerk, narrow=Narrow("not_assessed")).count == 28
    assert asked(clerk, narrow=Narrow(seen_since=DAY)).count == 1
    done = made(clerk, narrow=Narrow("returnee", no_phone=True))
    assert names(done.export) == {two.pk}


def test_the_request_says_what_it_was_narrowed_to(clerk: Reader) -> None:
    narrow = Narrow("returnee", DAY, True, [one.pk for one in people(2)])
    with scope(TOWN):
        Person.objects.filter(pk__in=narrow.chosen or ()).update(phone_sealed=None)
    export = asked(clerk, narrow=Narrow(chosen=narrow.chosen))
    with scope(TOWN):
        assert narrow_of(Export.objects.get(pk=export.pk)) == Narrow(chosen=narrow.chosen)
        Export.objects.filter(pk=export.pk).update(narrow=narrow.kept())
        kept = Export.objects.get(pk=export.pk)
        assert narrow_of(kept) == narrow
        said = lines([kept], "en")[0].who
    for part in ("2 people selected", f"since {DAY}", "without a phone"):
        assert part in said
    details = AuditLine.objects.get(act="ask_export").details
    assert details["chosen"] == 2 and "filters" not in details


def test_whoever_is_forgotten_is_not_selected_any_more_and_the_rest_are_not_everybody(clerk: Reader) -> None:
    one, two = people(2)
    export = asked(clerk, narrow=Narrow(chosen=[one.pk, two.pk]))
    last = asked(clerk, narrow=Narrow(chosen=[one.pk]))
    with opened(clerk):
        select(clerk, "people", add=[one.pk, two.pk], at=AT)
    with as_keeper():
        erase_people([one.pk], ring=RING)
    with opened(clerk):
        assert selected(clerk, "people") == [two.pk]
        assert Export.objects.get(pk=last.pk).chosen == []
        assert make(export.serial, "csv", reader=clerk, ring=RING, at=AT).export.count == 1
        assert make(last.serial, "csv", reader=clerk, ring=RING, at=AT).export.count == 0
    assert names(export) == {two.pk} and names(last) == set()
