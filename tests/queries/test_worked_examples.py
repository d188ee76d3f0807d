"""The worked examples of the explanation pages are run, and every measure's page has one."""

import doctest
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "docs" / "explanation"
MEASURES = ("bridges", "need", "node-bridges", "silos", "trends")


@pytest.mark.parametrize("page", MEASURES)
def test_the_worked_examples_hold(page: str):
    path = PAGES / f"{page}.md"
    failed, tried = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert tried > 0 and failed == 0


@pytest.mark.parametrize("page", MEASURES)
def test_a_page_says_what_the_measure_does_not(page: str):
    text = (PAGES / f"{page}.md").read_text("utf-8").casefold()
    assert "by hand" in text
    assert "does not say" in text or "says nothing about" in text
