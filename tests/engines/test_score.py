"""Link quality counts pairs of rows."""

from fournets.town.score import link_quality


def test_perfect_links_have_precision_and_recall_of_one() -> None:
    quality = link_quality([("a", "1"), ("a", "1"), ("b", "2")])
    assert (quality.precision, quality.recall) == (1, 1)


def test_two_people_made_one_cost_precision() -> None:
    quality = link_quality([("a", "1"), ("b", "1"), ("c", "1")])
    assert (quality.linked_pairs, quality.right_pairs) == (3, 0)
    assert quality.precision == 0


def test_one_person_in_two_files_costs_recall() -> None:
    quality = link_quality([("a", "1"), ("a", "1"), ("a", "2"), ("a", "")])
    assert (quality.true_pairs, quality.right_pairs) == (6, 1)
    assert quality.answered == 3
