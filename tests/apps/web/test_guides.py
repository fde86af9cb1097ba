"""Each page of the frame has a short guide in both languages."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from fournets.web.frame import PAGES
from fournets.web.guides import guides
from tests.apps.access.cast import member, plant


@pytest.mark.parametrize("page", [name for name, *_ in PAGES])
def test_every_page_of_the_frame_has_a_guide(page: str) -> None:
    guide = guides()[page]
    assert len(guide["zh"]) == len(guide["en"]) >= 1


def test_no_guide_is_of_a_page_that_is_not_there() -> None:
    names = {one for one in get_resolver().reverse_dict if isinstance(one, str)}
    assert set(guides()) <= names


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "said"), [("zh", "点开就是名单"), ("en", "Each opens its list")])
def test_the_guide_stands_on_its_page_in_the_readers_language(lang: str, said: str) -> None:
    plant()
    answer = member("community").get("/today/", HTTP_ACCEPT_LANGUAGE=lang)
    assert said in answer.content.decode()
