"""A graph's own past: what is kept, what is refused, and the whole answer."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from silobridge.hindcasting import forms
from silobridge.kg.errors import NothingFound, ReadError, UnknownName, UsageError
from silobridge.queries.hindcast.ahead import ahead
from silobridge.queries.hindcast.answer import COLUMNS, LIMITS, HindcastAsk, hindcast
from silobridge.queries.hindcast.baselines import NAMES
from silobridge.queries.hindcast.falsify import excess
from silobridge.queries.hindcast.from_graph import World, of_graph
from silobridge.queries.hindcast.negatives import Pairs, Rule, both_ways, matched, sample
from silobridge.queries.hindcast.slices import freeze
from silobridge.queries.hindcast.study import Plan, asked_slice, training
from silobridge.queries.matrices import Matrices
from silobridge.queries.openings import OpeningAsk, openings
from silobridge.queries.report.sheet import Sheet, write_sheet
from tests.queries.hindcast.worlds import as_graph, small_world

ASK = HindcastAsk(Rule(papers=1, documents=20, controls=8, least=2, caliper=0.3, apart=0.9), positives=20,
                  sources=6, slices=1, seeds=1)  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Matrices:
    return as_graph(small_world(documents=1800))


def test_the_cut_falls_a_horizon_before_the_last_year(graph: Matrices) -> None:
    world = of_graph(graph, (None, 3))
    assert (world.year, world.horizon) == (2008, 3)
    assert world.corpus.domains == ("oa-field:0", "oa-field:1", "oa-field:2")
    assert world.corpus.categories.shape[1] == 6  # the subfields under them
    assert of_graph(graph, (2006, 2)).year == 2006


def test_the_vocabulary_does_not_know_the_future(graph: Matrices) -> None:
    later = np.flatnonzero(graph.year > 2008)
    uses = graph.uses.tolil()
    uses[later] = 0
    gone = replace(graph, uses=uses.tocsr())
    assert of_graph(graph, (2008, 3)).corpus.labels == of_graph(gone, (2008, 3)).corpus.labels


def test_a_given_vocabulary_is_kept_to(graph: Matrices, tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_text("\n".join([*list(graph.form)[:40], "", "never heard of"]), encoding="utf-8")
    assert set(of_graph(graph, (2008, 3), vocabulary=forms(file)).corpus.labels) == set(list(graph.form)[:40])
    with pytest.raises(ReadError, match="cannot be read"):
        forms(tmp_path / "missing.txt")


def test_undated_documents_are_left_out_and_counted(graph: Matrices) -> None:
    year = graph.year.copy()
    year[:7] = 0
    world = of_graph(replace(graph, year=year), (2008, 3))
    assert len(world.corpus.months) == len(graph.year) - 7
    assert "7 without a year" in world.notes[0]


@pytest.mark.parametrize(
    ("year", "asked", "words"),
    [
        (lambda years: np.full_like(years, 2014), (None, 3), "are of 2014"),
        (lambda years: np.zeros_like(years), (None, 3), "no document has a year"),
        (lambda years: years, (2011, 3), "no document is dated 2012 to 2014"),
        (lambda years: years, (2001, 3), "no document is dated up to 1998"),
    ],
)
def test_years_that_do_not_suffice_are_refused(year, asked, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NothingFound, match=words) as refused:
        of_graph(as_graph(small_world(documents=300), year), asked)
    assert refused.value.hint


def test_domains_that_do_not_suffice_are_refused(graph: Matrices) -> None:
    empty = replace(graph, stands=graph.stands * 0)
    empty.stands.eliminate_zeros()
    with pytest.raises(NothingFound, match="fewer than two domains"):
        of_graph(empty, (2008, 3))
    with pytest.raises(UnknownName, match="cpc:class"):
        of_graph(graph, (2008, 3), ("cpc:class",))
    with pytest.raises(UsageError, match="horizon"):
        of_graph(graph, (2008, 0))


@pytest.fixture(scope="module")
def world(graph: Matrices) -> World:
    return of_graph(graph, (2008, 3))


def test_every_set_has_every_baseline(world: World, tmp_path: Path) -> None:
    found = hindcast(world, ASK)
    for name in ("N0", "N1", "N1b", "N2", "N3"):
        if any(note.startswith(f"{name} could not be drawn") for note in found.notes):
            continue
        scores = {row[1] for row in found.rows if row[0] == name}
        assert set(NAMES) <= scores, name
        assert any("forecast" in score for score in scores), name
    assert {row[0] for row in found.rows} >= {"N0", "N1", "N1 rare", "N2", "N3"}
    assert any(note.startswith(("Calibration", "Not calibrated")) for note in found.notes)
    assert all(row[4] <= row[3] <= row[5] for row in found.rows)
    out = write_sheet(
        tmp_path / "h.json", Sheet(found.title, found.notes, COLUMNS, found.rows, LIMITS, record=found)
    )
    kept = json.loads(out.read_text("utf-8"))["answer"]
    assert len(kept["rows"]) == len(found.rows)


def test_nothing_came_true_is_an_empty_answer(world: World) -> None:
    with pytest.raises(NothingFound, match="no new bridge"):
        hindcast(world, replace(ASK, rule=replace(ASK.rule, papers=10_000)))


def test_fields_without_an_open_pair_are_refused(graph: Matrices) -> None:
    linked = replace(graph, stands=(graph.stands + graph.stands[::-1]).tocsr())
    with pytest.raises(NothingFound, match="shares a document"):
        openings(linked, OpeningAsk("openalex", "field"))
    with pytest.raises(NothingFound, match="0 domains"):
        openings(graph, OpeningAsk("cpc", "class"))


def test_what_a_rewired_graph_keeps_has_no_excess(world: World) -> None:
    plan = Plan(world.year * 12 + 11, world.horizon, 1, ASK.rule, papers=1, most=40, controls=5)
    _, candidates, found = asked_slice(world.corpus, plan)
    sets: dict[str, Pairs] = {"N1": matched(candidates, both_ways(sample(found, 20, 0)), "N1", 0)}
    rows = {row["score"]: row for row in excess(world.corpus, plan, sets, training(world.corpus, plan, 0), 1)}
    assert rows["PA"]["excess"] == [0.0, 0.0, 0.0]  # degrees are kept
    assert {"forecast", "forecast, graph only", "structure", "RW2"} <= set(rows)
    assert rows["CN"]["real"] != rows["CN"]["rewired"]


def test_a_concept_is_told_what_it_may_meet_next(graph: Matrices) -> None:
    now = of_graph(graph, (None, 3), ahead=True)
    assert now.year == 2011
    slice_ = freeze(now.corpus, now.year * 12 + 11)
    form = now.corpus.labels[int(np.argmax(slice_.used[:, 0] * (slice_.home == 0)))]
    found = ahead(now, form, ASK.rule, top=7, slices=1)
    source = now.corpus.labels.index(form)
    assert [row[0] for row in found.rows] == list(range(1, len(found.rows) + 1))
    scores = [row[3] for row in found.rows]
    assert scores == sorted(scores, reverse=True)
    for _, target, home, _, via, shared, documents, recent in found.rows:
        place = now.corpus.labels.index(target)
        assert slice_.graph.linked(np.array([source]), np.array([place])) == [0]
        assert home != now.corpus.domains[0]
        assert documents >= recent and len(via) == min(3, shared)
        for one in via:
            middle = now.corpus.labels.index(one)
            ends = np.array([source, place])
            assert (slice_.graph.linked(ends, np.array([middle, middle])) > 0).all()
    with pytest.raises(NothingFound, match="not in the vocabulary"):
        ahead(now, "never heard of", ASK.rule)
    with pytest.raises(NothingFound, match="documents up to 2011"):
        ahead(now, form, replace(ASK.rule, documents=100_000))
