"""Validation: a sound graph passes, a broken one is told about in groups."""

from pathlib import Path

from builders import small_ledger

from silobridge.kg.validate import EXAMPLES, validate
from silobridge.kg.views.facade import Views


def built(folder: Path, documents: int) -> Views:
    views = Views(small_ledger(folder, documents))
    views.rebuild("rdf")
    return views


def test_a_sound_graph_passes_and_says_how_much_was_checked(tmp_path: Path) -> None:
    report = validate(built(tmp_path / "g", 20), sample=10)
    assert report.findings == ()
    assert (report.documents, report.of, report.position) == (10, 20, 20)
    assert report.nodes > 50
    assert "10 of 20 documents" in report.lines()[0]


def test_findings_are_grouped_with_few_examples(tmp_path: Path) -> None:
    views = built(tmp_path / "g", 12)
    with views.ledger.writing() as connection:
        connection.execute("UPDATE document SET kind = 'rumour'")
        connection.execute("UPDATE evidence SET confidence = 3 WHERE doc = 0")
    views.rebuild("rdf")
    report = validate(views)
    kinds = [one for one in report.findings if "kind" in one.message]
    assert [(one.count, len(one.examples), one.shape) for one in kinds] == [
        (12, EXAMPLES, "sb:DocumentShape")
    ]
    assert kinds[0].examples == sorted(kinds[0].examples)
    assert any("confidence" in one.message for one in report.findings)
    assert report.as_dict()["findings"][0]["count"] == report.findings[0].count == 12
    assert report.findings[0].severity == "violation"
