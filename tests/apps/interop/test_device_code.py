"""A phone is set up by a code its owner makes for himself; what the code says opens the forms, and nothing once it is stopped."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from urllib.parse import urlsplit

import pytest
from django.test import Client

from fournets.audit.models import AuditLine
from fournets.interop.models import FieldForm
from fournets.interop.openrosa.device_code import device_code, packed
from fournets.organization.models import Token
from fournets.places.scope import scope
from tests.apps.access.cast import Made, member

pytestmark = pytest.mark.django_db
PAGE = "/field-forms/device/"


def made_by(client: Client, purpose: str) -> str:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh"
    return html.unescape(client.post(PAGE, {"purpose": purpose}).content.decode())


def test_collect_reads_the_address_and_that_it_works_by_itself() -> None:
    said = json.loads(zlib.decompress(base64.b64decode(packed("https://x/openrosa/t", "四网"))))
    assert said["general"]["server_url"] == "https://x/openrosa/t"
    assert (said["general"]["form_update_mode"], said["general"]["autosend"]) == (
        "match_exactly",
        "wifi_and_cellular",
    )
    assert said["project"] == {"name": "四网"}


def test_the_code_made_on_the_page_opens_the_forms_until_it_is_stopped(
    made: dict[str, Made], household: FieldForm
) -> None:
    owner = member("grid_worker")
    shown = made_by(owner, "工作手机 3 号")
    address = re.search(r"<code>(http\S+)</code>", shown)
    assert address is not None
    assert device_code(address[1], "四网外勤") in shown
    path = urlsplit(address[1]).path
    answer = Client().get(f"{path}/formList")
    assert answer.status_code == 200 and household.form_id in answer.content.decode()
    with scope(""):
        token = Token.objects.get(purpose="工作手机 3 号")
        assert AuditLine.objects.filter(act="token_made", actor=token.made_by).exists()
    secret = path.rsplit("/", 1)[1]
    assert secret not in owner.get(PAGE).content.decode()  # nobody is shown it again
    owner.post(f"/account/tokens/{token.pk}/withdraw/")
    assert Client().get(f"{path}/formList").status_code == 403


def test_a_phone_without_a_name_is_refused_and_gets_no_code(made: dict[str, Made]) -> None:
    with scope(""):
        before = Token.objects.count()
    shown = made_by(member("grid_worker"), " ")
    assert 'role="alert"' in shown and "data:image/svg" not in shown
    with scope(""):
        assert Token.objects.count() == before
