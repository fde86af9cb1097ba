"""A client nobody here wrote: JavaRosa, the engine of ODK Collect, fills our form as we give it out, and we take what it writes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import pyxform
from django.utils import timezone

from fournets.crypto import KeyRing, load_ring
from fournets.home import home
from fournets.interop.models import FieldForm, Submission
from fournets.interop.selectors import form_around
from fournets.interop.services.forms import check_and_add_form
from fournets.interop.services.take import take_submissions
from fournets.language import Refusal
from fournets.people.models import Person
from fournets.places.scope import scope
from tests.apps.access.cast import AREAS
from tests.apps.intake.conftest import MEI
from tests.apps.interop.conftest import EXAMPLES, Device, form_book, tree
from tests.apps.interop.test_forms_for_devices import MANIFEST, listed, md5, media

JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
FILL = Path(__file__).with_name("Fill.java")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        shutil.which("javac") is None, reason="no Java here: scripts/system-packages installs it"
    ),
]
ANSWERS = f"""\
/data/known_household	HOWN
/data/address	银河社区西路3号2栋501
/data/head_name	区美兰
/data/people	0
/data/people	2
/data/person[1]/name	区美兰
/data/person[1]/id_number	123
/data/person[1]/id_number	{MEI}
/data/person[1]/phone	13800138001
/data/person[1]/relation	head
/data/person[1]/away	no
/data/person[2]/name	陈志强
/data/person[2]/relation	spouse
/data/person[2]/away	yes
/data/person[2]/from_place	湖北省武汉市
/data/person[2]/arrived_on	2020-02-01
"""
Filled = tuple[bytes, list[list[str]]]


@pytest.fixture
def fill(device: Device, household: FieldForm, tmp_path: Path) -> Callable[[str], Filled]:
    """Fetches form and media as Collect does, each held against its hash, and has JavaRosa fill them."""

    def fetched(answers: str) -> Filled:
        (form,) = listed(device.get("formList"))
        content = device.get(form["downloadUrl"]).content
        assert md5(content) == form["hash"]
        (tmp_path / "form.xml").write_bytes(content)
        (tmp_path / "media").mkdir()
        for one in media(device.get(form["manifestUrl"])):
            file = device.get(one.findtext(f"{MANIFEST}downloadUrl") or "").content
            assert md5(file) == one.findtext(f"{MANIFEST}hash")
            (tmp_path / "media" / (one.findtext(f"{MANIFEST}filename") or "")).write_bytes(file)
        (tmp_path / "answers").write_text(answers, encoding="utf-8")
        names = [str(tmp_path / name) for name in ("form.xml", "media", "answers", "filled.xml")]
        words = ["java", "-Xmx256m", "-cp", str(JAR), str(FILL), *names]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return (tmp_path / "filled.xml").read_bytes(), [line.split("\t") for line in done.stdout.splitlines()]

    return fetched


@pytest.fixture
def ring() -> KeyRing:
    return load_ring(home() / "keys.toml")


def test_it_asks_what_the_form_says_and_offers_the_devices_own_households(
    fill: Callable[[str], Filled],
) -> None:
    _, said = fill(ANSWERS)
    asked = {path: (label, offered) for kind, path, label, offered in (row for row in said if len(row) == 4)}
    assert asked["/data/person[1]/name"] == ("姓名", "")
    assert asked["/data/person[2]/relation"][1].startswith("head=户主|spouse=配偶")
    assert asked["/data/known_household"][1].split("|") == ["HOWN=HOWN", "HBELOW=HBELOW"]
    assert "/data/person[1]/from_place" not in asked and "/data/person[2]/from_place" in asked
    refused = [(path, why) for kind, path, why in (row for row in said if row[0] == "refused")]
    assert refused == [
        ("/data/people", "人数应为 1 至 30。"),
        ("/data/person[1]/id_number", "身份证号应为 18 位,末位可为 X;没有就留空。"),
    ]


def test_what_it_writes_is_received_and_becomes_rows(
    fill: Callable[[str], Filled], device: Device, household: FieldForm, ring: KeyRing
) -> None:
    content, _ = fill(ANSWERS)
    for _ in range(2):
        answer = device.send(content)
        assert answer.status_code == 201, answer.content.decode()
    assert tree(answer).tag.endswith("OpenRosaResponse")
    with scope(""):
        sent = Submission.objects.get()
        form = form_around(household.pk, AREAS["own"])
        assert take_submissions(form, area_code=AREAS["own"], actor="x", at=timezone.now(), ring=ring) == 1
        found = Person.objects.filter(name__in=("区美兰", "陈志强")).order_by("id")
        assert [one.values.get("from_place") for one in found] != [None, None]
        assert ring.unseal("id_number", found[0].id_number_sealed or b"") == MEI
    assert sent.instance_id.startswith("uuid:") and sent.instance_id.encode() in content


@pytest.mark.parametrize(
    ("column", "wrong", "question"),
    [("relevant", "boo(", "b"), ("relevant", "nothing(${a})", "b"), ("calculation", "nothing(1)", "b")],
)
def test_an_expression_that_would_fail_on_a_device_is_told_before(
    column: str, wrong: str, question: str
) -> None:
    rows = (("text", "a", "问", ""), ("text", question, "答", wrong))
    content = form_book(*rows, heads=("type", "name", "label", column))
    with pytest.raises(Refusal) as refused:
        check_and_add_form(content, area_code="440605123", actor="x", at=timezone.now())
    assert refused.value.message.code == "field_form_expression"
    assert refused.value.message.values["question"].startswith(question)
    assert f"题目 {question}" in refused.value.message.text("zh")
    assert not FieldForm.objects.filter(form_id="a").exists()


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.xlsx")), ids=lambda file: file.stem)
def test_the_engine_of_devices_finds_nothing_wrong_with_the_examples(file: Path) -> None:
    added = check_and_add_form(file.read_bytes(), area_code="440605123", actor="x", at=timezone.now())
    assert added.checked and added.warnings == []
