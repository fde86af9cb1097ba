"""What is printed and logged of a fault says where, and quotes nothing."""

from __future__ import annotations

import logging
import sys

import pytest

from fournets.faults import Discreet, told


def fault() -> Exception:
    try:
        try:
            int("13800138001x")
        except ValueError as inner:
            raise KeyError("区美兰") from inner
    except KeyError as error:
        return error


def test_a_fault_is_told_by_place_and_kind_to_its_first_cause() -> None:
    said = told(fault())
    assert "KeyError" in said
    assert "ValueError" in said
    assert "test_faults.py" in said


def test_no_word_of_the_errors_is_told() -> None:
    assert not [word for word in ("13800138001x'", "区美兰'") if word in told(fault())]


def test_a_log_line_quotes_nothing_either() -> None:
    error = fault()
    record = logging.LogRecord(
        "django.request", logging.ERROR, "x", 1, "%s", ("区美兰",), (KeyError, error, None)
    )
    record.status_code = 500
    said = Discreet().format(record)
    assert " 500\n" in said
    assert "13800138001'" not in said


def test_who_looks_on_purpose_sees_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURNETS_DEBUG", "1")
    assert "invalid literal" in told(fault())
    assert sys.exc_info() == (None, None, None)
