"""What is shown of a number, a phone or an address tells no day of birth and no door."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fournets.people.rules.masking import mask_address, mask_id, mask_phone

DIGITS = "0123456789"
areas = st.text(DIGITS, min_size=6, max_size=6)
days = st.dates(date(1900, 1, 1), date(2020, 2, 3))
endings = st.text(DIGITS, min_size=3, max_size=3)
checks = st.sampled_from([*DIGITS, "X", "x"])
documents = st.text(st.sampled_from(DIGITS + "ABCEGHKMPTX()-/·测"), max_size=24)
addresses = st.text(
    st.sampled_from("丹灶银河社区西路村东门大街花园0123456789０３号栋幢座单元室房楼层一二五十百零甲乙AB-#"),
    max_size=30,
)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("440605199001011234", "440605********1234"),
        ("44060519900101123X", "440605********123X"),
        ("44060519900101123x", "440605********123x"),
        ("440682********1234", "440682********1234"),
        ("440605900101123", "440605******123"),
        ("E12345678", "E1*****78"),
        ("H1234567801", "H1*******01"),
        ("M123456(7)", "M1******7)"),
        ("440605199001", "44**********"),
        ("4406051990010112345", "44*****************"),
        ("44060519900101X", "44*************"),
        ("123456", "******"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_area_and_its_end(number: str, shown: str) -> None:
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800138001", "138****8001"),
        ("13800138001|0757-85443322", "138****8001|075******3322"),
        ("85443322", "******22"),
        ("8544332", "*****32"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_phone_keeps_its_beginning_and_its_end(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("银河社区西路3号2栋501", "银河社区西路***"),
        ("丹灶镇联沙村大涡村十五号", "丹灶镇联沙村大涡村***"),
        ("银河社区花园五百零一室", "银河社区花园***"),
        ("金沙花园A座5楼", "金沙花园***"),
        ("金沙花园甲栋", "金沙花园***"),
        ("联沙村３巷", "联沙村***"),
        ("银河社区B2-301", "银河社区***"),
        ("丹灶镇银河社区", "丹灶镇银河社区"),
        ("", ""),
    ],
)
def test_an_address_ends_before_the_door(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@given(areas, days, days, endings, checks)
def test_two_people_who_differ_in_their_birthday_look_alike(
    area: str, one: date, other: date, ending: str, check: str
) -> None:
    for form, end in (("%Y%m%d", ending + check), ("%y%m%d", ending)):
        shown = {mask_id(f"{area}{day.strftime(form).zfill(len(form) + 2)}{end}") for day in (one, other)}
        assert len(shown) == 1


@given(areas, days, endings, checks)
def test_of_a_resident_number_exactly_area_and_end_are_shown(
    area: str, day: date, ending: str, check: str
) -> None:
    shown = mask_id(f"{area}{day:%Y%m%d}{ending}{check}")
    assert shown == f"{area}{'*' * 8}{ending}{check}"


@given(areas, days, endings, checks, st.integers(0, 17))
def test_a_number_with_a_missing_digit_shows_no_birthday_either(
    area: str, day: date, ending: str, check: str, missing: int
) -> None:
    whole = f"{area}{day:%Y%m%d}{ending}{check}"
    shown = mask_id(whole[:missing] + whole[missing + 1 :])
    assert shown[2:].strip("*") == ""


@given(documents)
def test_no_document_shows_more_than_its_fixed_ends(number: str) -> None:
    shown = mask_id(number)
    head, tail = shown.partition("*")[0], shown.rpartition("*")[2] if "*" in shown else ""
    assert len(shown) == len(number)
    assert number.startswith(head) and number.endswith(tail)
    assert set(shown[len(head) : len(shown) - len(tail)]) <= {"*"}
    assert len(head) + len(tail) <= {18: 10, 15: 9}.get(len(number), 4)


@given(documents, documents, st.integers(2, 20))
def test_what_is_hidden_does_not_change_what_is_shown(one: str, other: str, size: int) -> None:
    """Two documents of the same kind and length with the same ends look alike."""
    first, second = ("P7" + (text * 20)[:size] + "K4" for text in ("A" + one, "A" + other))
    assert mask_id(first) == mask_id(second)


@given(st.lists(st.text(DIGITS + "-", max_size=14), min_size=1, max_size=3))
def test_no_phone_shows_more_than_its_fixed_ends(phones: list[str]) -> None:
    shown = mask_phone("|".join(phones)).split("|")
    for phone, masked in zip(phones, shown, strict=True):
        assert len(masked) == len(phone)
        kept = [place for place, sign in enumerate(masked) if sign != "*"]
        allowed = {0, 1, 2, *range(len(phone) - 4, len(phone))} if len(phone) >= 11 else set()
        allowed |= set(range(len(phone) - 2, len(phone))) if 7 <= len(phone) < 11 else set()
        assert set(kept) <= allowed


@given(addresses)
def test_an_address_is_shown_to_its_door_and_no_further(address: str) -> None:
    shown = mask_address(address)
    head = shown.removesuffix("***")
    assert address.startswith(head)
    assert not any(sign.isdigit() for sign in head)
    assert shown == address or shown.endswith("***")


@given(addresses, addresses)
def test_what_stands_behind_the_first_number_does_not_matter(one: str, other: str) -> None:
    assert mask_address(f"银河社区西路3{one}") == mask_address(f"银河社区西路3{other}") == "银河社区西路***"
