"""The odds that rows without a proof are the same person: Splink with stored weights, and their training.

Only rows left over by the rules are judged, and only against rows they share something with.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

MODEL = Path(__file__).with_name("data") / "linkage.json"
BLOCKS = (("phone",), ("sound", "birth_on"), ("sound", "community"), ("name", "number_start"))
SMALLEST_TOWN = 50_000
_FREE = "(l.fresh OR r.fresh) AND (l.loose OR r.loose) AND l.cluster <> r.cluster"
# People of one household share phone and door, and brothers a character: only a number tells a mistyped name from a brother.
_NAMED_ALIKE = "(l.sound = r.sound OR (one_character_apart(l.name, r.name) AND damerau_levenshtein(l.given_number, r.given_number) <= 2))"
_SAME_SEX = "(l.sex IS NULL OR r.sex IS NULL OR l.sex = r.sex)"


@dataclass(frozen=True, slots=True)
class Guess:
    """Two nodes of different clusters and the odds (0 to 1) that they are one person."""

    one: int
    other: int
    odds: float


def guesses(
    link: duckdb.DuckDBPyConnection,
    clusters: Sequence[int],
    loose: Sequence[bool],
    *,
    least: float,
    people: int = 0,
    model: dict[str, Any] | None = None,
) -> list[Guess]:
    """Pairs of nodes with odds of at least ``least``, the best first.

    ``clusters``: the cluster of each node; ``loose``: whether its cluster lacks a proven number. A pair has at
    least one row that is not on file yet and one that is loose.
    """
    if not any(loose) or not _left_over(link, clusters, loose):
        return []
    found = _predict(link, model or json.loads(MODEL.read_text()), least, people)
    return [Guess(*row) for row in found]


def train(link: duckdb.DuckDBPyConnection, *, label: str, pairs: int = 2_000_000) -> dict[str, Any]:
    """Weights learned from the table ``judged`` of ``link``, whose column ``label`` names the true person."""
    linker = _linker(link.cursor(), {**settings(), "additional_columns_to_retain": [label]})
    linker.training.estimate_probability_two_random_records_match(
        ["l.sound = r.sound AND l.phone = r.phone", "l.sound = r.sound AND l.birth_on = r.birth_on"],
        recall=0.9,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=7)
    linker.training.estimate_m_from_label_column(label)
    learned: dict[str, Any] = linker.misc.save_model_to_json()
    return _completed(learned)


def _completed(model: dict[str, Any]) -> dict[str, Any]:
    """Levels the training data never showed get cautious weights, so that they do not count as proof."""
    model["additional_columns_to_retain"] = []
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                usual = UNSEEN.get(level.get("label_for_charts", ""), (0.05, 0.95))
                level["m_probability"] = level.get("m_probability") or usual[0]
                level["u_probability"] = level.get("u_probability") or usual[1]
    return model


UNSEEN = {"same": (0.9, 0.001), "same start": (0.03, 1e-6), "a slip apart": (0.02, 1e-6)}


def settings() -> dict[str, Any]:
    """What is compared, and how; the weights come from training."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [_block(block) for block in BLOCKS],
        "comparisons": COMPARISONS,
        "additional_columns_to_retain": [],
    }


def _block(columns: Iterable[str]) -> dict[str, str]:
    same = " AND ".join(f"l.{name} = r.{name}" for name in columns)
    return {"blocking_rule": same, "sql_dialect": "duckdb"}


def _level(condition: str, label: str, **more: Any) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": label, **more}


def _comparison(column: str, *levels: dict[str, Any]) -> dict[str, Any]:
    null = _level(f'"{column}_l" IS NULL OR "{column}_r" IS NULL', "unknown", is_null_level=True)
    return {"output_column_name": column, "comparison_levels": [null, *levels, _level("ELSE", "different")]}


def _same(column: str) -> dict[str, Any]:
    return _level(f'"{column}_l" = "{column}_r"', "same")


_SHORT = "least(length(given_number_l), length(given_number_r))"
_DATE_PARTS = " + ".join(
    f"(birth_on_l[{a}:{b}] = birth_on_r[{a}:{b}])::INT" for a, b in ((1, 4), (6, 7), (9, 10))
)
COMPARISONS = [
    _comparison(
        "name",
        _level("name_l = name_r", "same", tf_adjustment_column="name", tf_adjustment_weight=1.0),
        _level("sound_l = sound_r", "same sound"),
        _level("one_character_apart(name_l, name_r)", "one character apart"),
    ),
    _comparison(
        "given_number",
        _same("given_number"),
        _level(f"left(given_number_l, {_SHORT}) = left(given_number_r, {_SHORT})", "same start"),
        _level("damerau_levenshtein(given_number_l, given_number_r) <= 2", "a slip apart"),
    ),
    _comparison(
        "phone", _same("phone"), _level("damerau_levenshtein(phone_l, phone_r) <= 1", "a slip apart")
    ),
    _comparison("birth_on", _same("birth_on"), _level(f"{_DATE_PARTS} = 2", "one part differs")),
    _comparison("sex", _same("sex")),
    _comparison("community", _same("community")),
    _comparison("address", _same("address")),
    _comparison("employer", _same("employer")),
]


def _left_over(link: duckdb.DuckDBPyConnection, clusters: Sequence[int], loose: Sequence[bool]) -> bool:
    """Makes the table ``judged``: loose new rows and everything they share a block with."""
    link.register("place", pa.table({"n": range(len(clusters)), "cluster": clusters, "loose": list(loose)}))
    link.execute(
        "CREATE OR REPLACE TABLE around AS SELECT node.* EXCLUDE (phones, doors, works, person, given_number), number_written AS given_number, phones[1] AS phone, doors[1] AS address, works[1] AS employer, cluster, loose,"
        " person IS NULL AS fresh FROM node JOIN place USING (n)"
    )
    link.unregister("place")
    link.execute("CREATE OR REPLACE TABLE judged AS SELECT * FROM around LIMIT 0")
    for block in BLOCKS:
        link.execute(_gather(block))
    row = link.execute("SELECT count(*) FROM judged").fetchone()
    return bool(row and row[0])


def _gather(block: Sequence[str]) -> str:
    """Groups of a block in which a loose row meets another cluster, and at least one row is new."""
    names = ", ".join(block)
    known = " AND ".join(f"{name} IS NOT NULL" for name in block)
    return (
        f"INSERT INTO judged SELECT * FROM around SEMI JOIN (SELECT {names} FROM around WHERE {known}"  # noqa: S608
        f" GROUP BY {names} HAVING bool_or(loose) AND bool_or(fresh) AND min(cluster) <> max(cluster))"
        f" USING ({names}) WHERE n NOT IN (SELECT n FROM judged)"
    )


def _predict(
    link: duckdb.DuckDBPyConnection, model: dict[str, Any], least: float, people: int
) -> list[tuple[int, int, float]]:
    rules = [
        {**rule, "blocking_rule": f"{rule['blocking_rule']} AND {_FREE} AND {_SAME_SEX} AND {_NAMED_ALIKE}"}
        for rule in settings()["blocking_rules_to_generate_predictions"]
    ]
    with (
        link.cursor() as worker
    ):  # Splink wants a connection without a result under way, and never lets go of it
        size = max(worker.sql("SELECT count(*) FROM around").fetchall()[0][0], people, SMALLEST_TOWN)
        prior = {"probability_two_random_records_match": 1 / size}  # a record has about one other like it
        linker = _linker(worker, {**model, **prior, "blocking_rules_to_generate_predictions": rules})
        frequency = worker.sql(
            f"SELECT name, count(*) / {size} AS tf_name FROM around WHERE name IS NOT NULL GROUP BY name"  # noqa: S608
        ).to_arrow_table()
        linker.table_management.register_term_frequency_lookup(linker._db_api.register(frequency), "name")
        found = linker.inference.predict(threshold_match_probability=least)
        return worker.execute(
            "SELECT least(n_l, n_r), greatest(n_l, n_r), match_probability"  # noqa: S608  # nosec B608
            f" FROM {found.physical_name} ORDER BY 3 DESC, 1, 2"
        ).fetchall()


def _linker(link: duckdb.DuckDBPyConnection, model: dict[str, Any]) -> Any:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interface = DuckDBAPI(connection=link)
        judged = interface.register("judged")
        return Linker(judged, model, log_level=logging.ERROR)


def plain_clusters(link: duckdb.DuckDBPyConnection) -> list[int]:
    """The table ``judged`` linked by Splink alone, trained on it and clustered at 0.9: what we are compared with."""
    worker = link.cursor()
    linker = _linker(worker, settings())
    linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=7)
    for block in BLOCKS[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(_block(block)["blocking_rule"])
    found = linker.inference.predict(threshold_match_probability=0.5)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(found, 0.9)
    rows = worker.execute(
        f"SELECT cluster_id FROM {groups.physical_name} ORDER BY n"  # noqa: S608  # nosec B608
    ).fetchall()
    return [row[0] for row in rows]
