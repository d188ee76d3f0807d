"""What stands beside a bridge can be checked; what is kept is what was found; all that people said comes back in."""

import json
from pathlib import Path

import pytest
from builders import small_ledger
from planted import LINK, SHARED, build, corpus

import silobridge
from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ledger import decisions, verdicts
from silobridge.kg.ledger.said import import_lines
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.dossier import dossiers, least_left
from silobridge.queries.bridges.existing import concept_bridges, link_bridges
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask
from silobridge.queries.evidence import bridge_quotes
from silobridge.queries.matrices import matrices
from silobridge.queries.statistics import credible_lift
from silobridge.queries.verdicts import ENOUGH, precision

ASK = Ask("oa-field:17", "cpc:H01M")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = build(tmp_path_factory.mktemp("dossier") / "g", corpus())
    with made.writing() as connection:
        connection.execute(
            "INSERT INTO contribution SELECT doc, 0, 'org:' || doc % 5, 'Maker ' || doc % 5, 'organisation', 'assignee', ''"
            " FROM document"
        )
        for number, (polarity, hedged) in enumerate(
            (("affirmed", False), ("negated", False), ("affirmed", True))
        ):
            connection.execute(
                "INSERT INTO evidence (doc, sentence, start, stop, subject, predicate, object, polarity, hedged)"
                " VALUES (?, 0, 0, 1, ?, 'improves', ?, ?, ?)",
                [number, *LINK, polarity, hedged],
            )
    return made


def test_a_link_says_who_is_there_and_what_speaks_against_it(ledger: Ledger):
    held = matrices(ledger)
    (best, *_) = link_bridges(held, ASK).bridges
    told = dossiers(ledger, held, [best])[best.id]
    assert [side.documents for side in told.sides] == [best.source_documents, best.target_documents]
    assert sum(count for _, count in told.sides[0].years) == told.sides[0].documents
    assert told.together == best.observed and 0 <= told.same_sentence <= told.together
    assert (told.said.affirmed, told.said.negated, told.said.hedged) == (1, 1, 1) and told.said.against == 2
    assert told.both_sides and set(told.both_sides) <= {f"Maker {n}" for n in range(5)}
    assert set(told.read) <= set(held.document)


def test_the_count_that_refutes_is_the_one_at_which_the_bound_falls(ledger: Ledger):
    bridge = concept_bridges(matrices(ledger), ASK).bridges[0]
    side = bridge.sides[0]
    shape = (side.observed - side.lift * side.expected) / (side.lift - 1)
    falls = least_left(side.observed, side.expected, shape, 1.5)
    _, low, _ = credible_lift([falls, falls + 1], side.expected, shape)
    assert low[0] < 1.5 <= low[1] and 0 < falls < side.observed


def test_every_hop_of_a_predicted_link_shows_both_terms_as_stored(ledger: Ledger):
    held = matrices(ledger)
    found = predicted(held, ASK).bridges
    told = bridge_quotes(ledger, held, found)
    with ledger.reading() as connection:
        texts = dict(connection.execute("SELECT id, text FROM document").fetchall())
    for bridge in found:
        for between in bridge.intermediates[:3]:
            for end, other in ((bridge.source, between), (between, bridge.target)):
                shown = [
                    q for shows, q in told[bridge.id] if shows.startswith(f"{end.label} with {other.label}")
                ]
                words = {q.text[span.start : span.stop] for q in shown for span in q.spans}
                assert end.label in " ".join(words) and other.label in " ".join(words)
        for _, quote in told[bridge.id]:
            assert texts[quote.document][quote.start : quote.stop] == quote.text


def test_an_answer_is_kept_and_kept_again_without_a_change(ledger: Ledger):
    graph = silobridge.open(ledger.folder)
    found = graph.bridges("oa-field:17", "cpc:H01M", kind="concept", top=3)
    assert graph.keep("mine", found) and not graph.keep(
        "mine", graph.bridges("oa-field:17", "cpc:H01M", kind="concept", top=3)
    )
    kept = graph.kept("mine")
    assert [row[-1] for row in kept.rows] == [bridge.id for bridge in found]
    assert graph.kept().rows[0][:4] == ("mine", "bridges", len(found), 0)
    assert (
        len(graph.query("kept-findings")) == len(graph.query("kept-findings", engine="cypher")) == len(found)
    )
    graph.forget(found.evidence[found[0].id][0][1].document)
    assert any(row[-3] for row in graph.kept("mine").rows)
    assert graph.query("stale-findings").rows == graph.query("stale-findings", engine="cypher").rows != ()
    assert graph.let_go("mine") == len(found) and not graph.kept().rows
    with pytest.raises(UnknownName):
        graph.kept("mine")


def test_kinds_and_rankings_are_known_words(ledger: Ledger):
    graph = silobridge.open(ledger.folder)
    with pytest.raises(UsageError, match="two ends"):
        graph.bridges(kind="node")
    with pytest.raises(UnknownName):
        graph.bridges(kind="rope")
    for asked in ({"kind": "link"}, {"kind": "predicted"}, {"since": 2010}, {"rank": "forecast"}):
        with pytest.raises(UsageError, match="shared concepts of all years"):
            graph.bridges(**asked)
    assert graph.node_bridges(top=3).table.columns[-1] == "id"
    assert SHARED in {
        bridge.source.form for bridge in graph.bridges("oa-field:17", "cpc:H01M", kind="concept")
    } | {
        variant
        for bridge in graph.bridges("oa-field:17", "cpc:H01M", kind="concept")
        for variant in bridge.variants
    }


def test_one_import_takes_decisions_verdicts_and_outcomes(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 4)
    with ledger.writing() as connection:
        decisions.reject(connection, "a b", "a c", "Ada")
        verdicts.judge(connection, "bridge:1", "sound", ("Ada", ""), ("heat pipe", 0.4))
        verdicts.observe(connection, "bridge:1", "tried", ("Bo", ""), "2026")
        lines = [*decisions.export_lines(connection), "", *verdicts.export_lines(connection)]
    other = small_ledger(tmp_path / "h", 4)
    with other.writing() as connection:
        assert import_lines(connection, reversed(lines)) == {"decisions": 1, "verdicts and outcomes": 2}
        assert import_lines(connection, lines) == {"decisions": 0, "verdicts and outcomes": 0}
        for wrong in ("not json", '{"table": "poem"}', json.dumps({"table": "verdict"}), "[1]"):
            with pytest.raises(UsageError):
                import_lines(connection, [*lines, wrong])


def test_judged_findings_say_how_often_such_scores_were_sound(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 2)
    with ledger.writing() as connection:
        for n in range(ENOUGH - 1):
            verdicts.judge(
                connection, f"bridge:{n}", "sound" if n > 12 else "wrong", ("Ada", ""), ("", float(n))
            )
    assert precision(ledger, "bridge", [3.0]) == ()
    with ledger.writing() as connection:
        verdicts.judge(connection, f"bridge:{ENOUGH}", "sound", ("Ada", ""), ("", 99.0))
    (low,), (high,) = precision(ledger, "bridge", [3.0]), precision(ledger, "bridge", [98.0])
    assert "0% of 6" in low and "100% of 7" in high and precision(ledger, "silo", [3.0]) == ()
