"""Where an English term ends: before a verb that the tagger took for a plural."""

import pytest

from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section


def forms(text: str) -> set[str]:
    document = Document("x:1", Kind.PAPER, "", (Section("abstract", text),), language="en")
    return set(understand([document])["mention"]["form"].to_pylist())


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("Strong collective coupling suppresses polariton losses.", "collective coupling", "suppresses"),
        (
            "PSP models multidimensional resource requirements",
            "multidimensional resource requirement",
            "models",
        ),
    ],
)
def test_no_term_holds_a_finite_verb_in_its_middle(text: str, kept: str, gone: str) -> None:
    found = forms(text)
    assert kept in found
    assert not [form for form in found if gone in form.split(" ")]


def test_plurals_that_look_like_verbs_stay_inside() -> None:
    assert "retail stores chain" in forms("The retail stores chain was sold to a bank.")
