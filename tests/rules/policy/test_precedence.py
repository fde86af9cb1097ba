"""Which of several entries wins, shown on values of the test's own."""

from __future__ import annotations

from datetime import date

from fournets import policy
from tests.rules.policy.conftest import UseValues

SOURCE = 'reference = { document = "通知" }, checked = false'
LISTED = 'zh = "某地"\nen = "Somewhere"\nreference = { document = "通告" }\nchecked = false\n'


def days_of(*entries: str) -> str:
    """A file with one number and these entries."""
    rows = ",\n".join(f"{{ {entry}, {SOURCE} }}" for entry in entries)
    return f'[days]\nzh = "天数"\nen = "days"\ntype = "number"\nentries = [\n{rows}\n]\n'


def test_a_narrower_scope_wins_over_a_wider_entry_that_began_later(use_values: UseValues) -> None:
    use_values(
        stay=days_of(
            'value = 14, from = 2020-01-01, scope = "4406"', 'value = 7, from = 2020-02-01, scope = "44"'
        )
    )
    assert policy.in_force(on=date(2020, 3, 1), area="440605").whole("stay.days") == 14
    assert policy.in_force(on=date(2020, 3, 1), area="4401").whole("stay.days") == 7


def test_a_wider_notice_for_running_cases_does_not_reach_a_place_with_its_own_rule(
    use_values: UseValues,
) -> None:
    use_values(
        stay=days_of(
            'value = 14, from = 2020-01-01, scope = "4406"',
            "value = 7, from = 2020-02-01, applies_to_running = true",
            "value = 14, from = 2020-01-01",
        )
    )
    asked = {"anchor_on": date(2020, 1, 20), "on": date(2020, 2, 2)}
    assert policy.value_for("stay.days", **asked, area="440605").value == 14
    assert policy.value_for("stay.days", **asked, area="4401").value == 7


def test_entries_in_any_order_of_the_file_count_in_the_order_of_their_days(use_values: UseValues) -> None:
    use_values(
        stay=days_of(
            "value = 5, from = 2020-03-01, applies_to_running = true",
            "value = 7, from = 2020-02-01, applies_to_running = true",
            "value = 14, from = 2020-01-01",
        )
    )
    counted = policy.value_for("stay.days", anchor_on=date(2020, 1, 20), on=date(2020, 3, 2))
    assert counted.value == 5


def test_a_place_may_list_a_region_in_its_own_way(use_values: UseValues) -> None:
    own = f'[[areas]]\ncode = "42"\nfrom = 2020-01-01\nscope = "4406"\nvia_counts = true\n{LISTED}'
    wide = f'[[areas]]\ncode = "42"\nfrom = 2020-02-01\nvia_counts = false\n{LISTED}'
    use_values(outbreak_areas=own + wide)
    (in_foshan,) = policy.outbreak_areas(on=date(2020, 3, 1), area="440605")
    (elsewhere,) = policy.outbreak_areas(on=date(2020, 3, 1), area="4401")
    assert (in_foshan.via_counts, elsewhere.via_counts) == (True, False)


def test_the_order_of_keys_in_a_table_does_not_move_the_digest(use_values: UseValues) -> None:
    digests = []
    for value in ('{ from = "22:30", until = "06:30" }', '{ until = "06:30", from = "22:30" }'):
        text = days_of(f"value = {value}, from = 2020-01-01").replace('"number"', '"table"')
        use_values(stay=text)
        digests.append(policy.in_force(on=date(2020, 2, 1)).digest)
    assert digests[0] == digests[1]


def test_reading_the_original_at_last_does_not_move_the_digest(use_values: UseValues) -> None:
    digests = []
    for checked in ("false", "true"):
        use_values(stay=days_of("value = 14, from = 2020-01-01").replace("false", checked))
        digests.append(policy.in_force(on=date(2020, 2, 1)).digest)
    assert digests[0] == digests[1]


def test_where_every_scope_is_narrow_other_places_have_nothing(use_values: UseValues) -> None:
    use_values(stay=days_of('value = 14, from = 2020-01-01, scope = "4406"'))
    assert policy.in_force(on=date(2020, 2, 1), area="33").entries == {}
