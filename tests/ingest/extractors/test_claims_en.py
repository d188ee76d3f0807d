"""English claims that were missed or made wrongly on real sentences, in sentences of our own."""

import pytest

from silobridge.ingest.extractors.manner_en import first_of_its_kind
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section


def batch(text: str) -> dict:
    return understand([Document("x:1", Kind.PAPER, "", (Section("abstract", text),), language="en")])


def claims(text: str) -> list[dict]:
    return batch(text)["evidence"].to_pylist()


def said(text: str) -> set[tuple[str, str, str]]:
    return {(row["subject"], row["predicate"], row["object"]) for row in claims(text)}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Molecular dynamics simulations of aqueous electrolytes were carried out.",
            ("molecular dynamics simulation", "used-for", "aqueous electrolyte"),
        ),
        (
            "The transport properties were studied by Monte Carlo simulations.",
            ("monte carlo simulation", "used-for", "transport property"),
        ),
        (
            "The laser speckle technique allows us to characterize bacterial activity.",
            ("laser speckle technique", "used-for", "bacterial activity"),
        ),
        (
            "We investigate the use of a neural network to predict protein folding.",
            ("neural network", "used-for", "protein folding"),
        ),
    ],
)
def test_uses_by_deed_are_found(text: str, claim: tuple[str, str, str]) -> None:
    assert claim in said(text), said(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "Federal law requires fire insurance from homeowners.",
            ("federal law", "requires", "fire insurance"),
        ),
        (
            "The oxide layer prevents the magnetic layer from stripping.",
            ("oxide layer", "addresses", "magnetic layer"),
        ),
        (
            "They combine a magnetic trap for cold atoms, which creates a bubble trap, with a laser.",
            ("cold atom", "produces", "bubble trap"),
        ),
    ],
)
def test_what_the_sentence_does_not_say_is_not_claimed(text: str, wrong: tuple[str, str, str]) -> None:
    assert wrong not in said(text)


def test_what_may_fail_has_not_failed() -> None:
    failures = {
        text: {row["failure"] for row in claims(text)}
        for text in (
            "The lithium anode suffers from dendrite growth.",
            "The lithium anode may suffer from dendrite growth.",
        )
    }
    assert list(failures.values()) == [{"limited"}, {""}]


def test_a_reason_is_more_than_its_first_word() -> None:
    for row in claims("It failed because the solver is unable to reach the ground state."):
        assert row["reason_stop"] - row["reason_start"] != len("because")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We present the first linear-time parallel algorithm for trees.", True),
        ("These effects have never been observed.", True),
        ("We are the first to report these effects.", True),
        ("Einstein was the first to explore it.", False),
        ("As the network gets loaded with hitherto unknown applications, threats grow.", False),
        ("It is faster than our first method for systems.", False),
        ("We present a first-order model of the system.", False),
    ],
)
def test_firsts_are_told_from_what_only_sounds_like_one(text: str, first: bool) -> None:
    assert first_of_its_kind(text) is first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The coating has a thickness ranging from 2 nm to 30 nm.", ("range", 2, 30, "nm", "thickness")),
        ("The gap width is equal to or less than 60 nm.", ("<=", 60, 60, "nm", "width")),
        ("The layer is formed at a frequency of 1 MHz or higher.", (">=", 1, 1, "MHz", "frequency")),
        ("The films are 0.5 .mu.m thick.", ("=", 0.5, 0.5, "µm", "thickness")),
        ("Team size was followed for 50 years.", ("=", 50, 50, "years", "")),
    ],
)
def test_quantities_fit_what_they_measure(text: str, expected: tuple) -> None:
    (row,) = batch(text)["quantity"].to_pylist()
    measured = row["property"].rpartition(" ")[2]
    assert (row["comparison"], row["low"], row["high"], row["unit"], measured) == expected


def test_a_year_before_a_capital_is_no_quantity() -> None:
    assert len(batch("It was shown by Carretta et al. (2013 J. Phys. 25).")["quantity"]) == 0
