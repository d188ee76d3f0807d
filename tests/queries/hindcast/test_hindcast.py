"""The hindcast: matching, leakage, rewiring, determinism, and the frozen file."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.queries.hindcast.corpus import Corpus, corpus, month
from silobridge.queries.hindcast.features import features
from silobridge.queries.hindcast.graph import from_documents
from silobridge.queries.hindcast.metrics import per_query
from silobridge.queries.hindcast.model import CHOSEN, GRAPH, PLAIN, fit
from silobridge.queries.hindcast.negatives import (
    Candidates,
    Rule,
    both_ways,
    full,
    joined,
    matched,
    outcome,
    positives,
)
from silobridge.queries.hindcast.rewire import rewire
from silobridge.queries.hindcast.runs import note
from silobridge.queries.hindcast.slices import freeze
from silobridge.queries.hindcast.study import Plan, allowed, training
from tests.queries.hindcast.worlds import small_world

RULE = Rule(papers=1, documents=5, controls=8, least=2, caliper=0.12, apart=0.9)
CUT = month("2008-12")


@pytest.fixture(scope="module")
def world() -> Corpus:
    return small_world()


@pytest.fixture(scope="module")
def asked(world: Corpus) -> Candidates:
    slice_ = freeze(world, CUT)
    return Candidates(slice_, outcome(world, slice_, 3), RULE)


def found(asked: Candidates) -> tuple[np.ndarray, np.ndarray]:
    return both_ways(positives(asked.slice, asked.future, RULE))


def triangle() -> Corpus:
    """Two documents {0,1}, {1,2} before the cut and one {0,2} after it."""
    use = sparse.csr_matrix(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]]))
    months = np.array([month("2000"), month("2001"), month("2003")])
    return corpus(use, months, np.array([0, 1, 0]), (["a", "b"], ["x", "y", "z"]))


def test_scores_of_three_concepts_by_hand() -> None:
    table = features(freeze(triangle(), month("2002")), np.array([0]), np.array([2]))
    assert table["CN"].tolist() == [1]
    assert table["RA"].tolist() == [0.5]  # the linking concept has two neighbours
    assert table["AA"][0] == pytest.approx(1 / np.log(2))
    assert table["sumMW"][0] == pytest.approx(1 / np.sqrt(2))  # both links: 1 / √(1 · 2)
    assert table["PA"].tolist() == [1]
    assert table["Jaccard"].tolist() == [1]
    assert table["RW2"][0] == pytest.approx(0.5)  # half of the walks from the middle go on
    assert table["L3"].tolist() == [0]


def test_only_what_is_unlinked_and_links_later_is_a_positive() -> None:
    world = triangle()
    slice_ = freeze(world, month("2002"))
    rule = Rule(papers=1, documents=1, apart=2.0)
    first, second = positives(slice_, outcome(world, slice_, 3), rule)
    assert (first.tolist(), second.tolist()) == ([0], [2])


def test_features_do_not_change_when_the_future_changes(world: Corpus) -> None:
    later = np.flatnonzero(world.months > CUT)
    shuffled = np.arange(len(world.months))
    shuffled[later] = np.random.default_rng(3).permutation(later)
    other = Corpus(
        world.use[shuffled], world.months, world.domain[shuffled], world.domains, world.labels,
        world.categories[shuffled],
    )  # fmt: skip
    gone = world.between(None, CUT)
    source, target = np.array([0, 3, 60, 149]), np.array([55, 120, 2, 4])
    tables = [features(freeze(one, CUT), source, target) for one in (world, other, gone)]
    for name in tables[0].names:
        assert tables[0][name].tolist() == tables[1][name].tolist() == tables[2][name].tolist(), name


def test_training_does_not_look_past_the_cut(world: Corpus) -> None:
    plan = Plan(CUT, 3, 1, RULE, papers=1, most=40, controls=5)
    (pairs, table), = training(world, plan, 0)  # fmt: skip
    (again, same), = training(world.between(None, CUT), plan, 0)  # fmt: skip
    assert pairs.target.tolist() == again.target.tolist()
    assert all(table[name].tolist() == same[name].tolist() for name in table.names)


def test_features_do_not_depend_on_the_order_of_pairs(world: Corpus) -> None:
    slice_ = freeze(world, CUT)
    source, target = np.array([5, 0, 5, 70]), np.array([60, 120, 60, 3])
    straight, turned = features(slice_, source, target), features(slice_, source[::-1], target[::-1])
    assert all(straight[name].tolist() == turned[name][::-1].tolist() for name in straight.names)


def test_every_named_feature_is_there(world: Corpus) -> None:
    table = features(freeze(world, CUT), np.array([0]), np.array([60]))
    assert set(CHOSEN) | set(PLAIN) | set(GRAPH) <= set(table.names)
    assert all(np.isfinite(table[name]).all() for name in table.names)


@pytest.mark.parametrize("kind", ["N1", "N1b"])
def test_controls_match_their_target(asked: Candidates, kind: str) -> None:
    pairs = matched(asked, found(asked), kind, 0)
    slice_ = asked.slice
    target = pairs.target[pairs.label == 1][pairs.group]
    control = pairs.label == 0
    assert (slice_.home[pairs.target] == slice_.home[target]).all()
    degree = np.log1p(slice_.graph.degree)
    assert (np.abs(degree[pairs.target] - degree[target]) <= RULE.caliper)[control].all()
    assert (slice_.graph.linked(pairs.source, pairs.target) == 0).all()
    assert (np.asarray(asked.future[pairs.source, pairs.target]).ravel()[control] == 0).all()
    if kind == "N1b":
        lean = np.log1p(slice_.reach[pairs.target, slice_.home[pairs.source]])
        wanted = np.log1p(slice_.reach[target, slice_.home[pairs.source]])
        assert (np.abs(lean - wanted) <= RULE.caliper)[control].all()


def test_popularity_alone_is_worth_little_against_matched_controls(asked: Candidates) -> None:
    degree = asked.slice.graph.degree
    area = {}
    for kind in ("N0", "N1"):
        pairs = matched(asked, found(asked), kind, 0)
        score = (degree[pairs.source] * degree[pairs.target]).astype(float)
        area[kind] = per_query(score, pairs.label, pairs.group, pairs.source).mean()["AUC"]
    assert area["N1"] < 0.60 < area["N0"]


def test_hard_controls_are_the_likeliest(asked: Candidates) -> None:
    hard, easy = (matched(asked, found(asked), kind, 0) for kind in ("N2", "N0"))
    mean = [features(asked.slice, p.source, p.target)["RA"][p.label == 0].mean() for p in (hard, easy)]
    assert mean[0] > mean[1]


def test_full_ranking_holds_every_open_candidate_once(asked: Candidates) -> None:
    source = found(asked)[0][:1]
    pairs = full(asked, source)
    assert pairs.target.tolist() == np.flatnonzero(asked.open(int(source[0]))).tolist()
    assert pairs.label.sum() >= 1


def test_unknown_controls_are_named(asked: Candidates) -> None:
    with pytest.raises(UnknownName, match="N9"):
        matched(asked, found(asked), "N9", 0)


def test_rewiring_keeps_every_degree_into_every_domain(world: Corpus) -> None:
    slice_ = freeze(world, month("2003-12"))
    new = rewire(slice_.graph, slice_.home, 5)
    changed = slice_.with_graph(new.graph)
    assert (changed.reach == slice_.reach).all()
    assert (changed.graph.degree == slice_.graph.degree).all()
    matrix = changed.graph.matrix()
    assert abs(matrix - matrix.T).nnz == 0
    assert matrix.diagonal().sum() == 0
    assert len(np.unique(changed.graph.rows * new.graph.size + new.graph.indices)) == len(new.graph.indices)
    assert np.sort(new.graph.counts[:, 0]).tolist() == np.sort(slice_.graph.counts[:, 0]).tolist()
    assert new.moved > 0.2
    assert rewire(slice_.graph, slice_.home, 5).graph.indices.tolist() == new.graph.indices.tolist()


def test_the_same_seed_gives_the_same_forecast(world: Corpus) -> None:
    plan = Plan(CUT, 3, 2, RULE, papers=1, most=60, controls=5)
    scores = [
        fit(parts, CHOSEN, 1).score(parts[0][1])
        for parts in (training(world, plan, 0), training(world, plan, 0))
    ]
    assert scores[0].tolist() == scores[1].tolist()
    assert scores[0].std() > 0


def test_what_is_no_bridge_by_definition_comes_last(asked: Candidates) -> None:
    pairs = matched(asked, found(asked), "N0", 0)
    strict = Rule(apart=0.05)
    score = allowed(asked.slice, pairs, np.arange(len(pairs.label), dtype=float), strict)
    close = asked.slice.closeness(pairs.source, pairs.target) >= 0.05
    assert close.any() and not close.all()
    assert score[close].max() < score[~close].min()


def test_groups_are_numbered_anew_when_joined(asked: Candidates) -> None:
    pairs = matched(asked, found(asked), "N1", 0)
    both = joined([pairs, pairs])
    assert len(np.unique(both.group)) == 2 * len(np.unique(pairs.group))


def test_windows_count_recent_documents_only(world: Corpus) -> None:
    use = sparse.csr_matrix(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]]))
    graph = from_documents(use, [np.array([1, 2])])
    assert graph.counts.tolist() == [[2.0, 1.0], [2.0, 1.0]]


def test_copies_are_dropped_once(world: Corpus) -> None:
    names = [str(place // 2) for place in range(len(world.months))]
    assert world.without_copies(names).use.shape[0] == len(set(names))


def test_bad_input_is_refused_with_a_next_step(world: Corpus) -> None:
    with pytest.raises(NothingFound, match="no document"):
        freeze(world, month("1990"))
    with pytest.raises(UsageError, match="lengths"):
        corpus(world.use, world.months[:-1], world.domain, (world.domains, world.labels))
    with pytest.raises(UsageError, match="no date"):
        month("soon")


def test_runs_are_numbered_and_hold_no_clock(tmp_path: Path) -> None:
    log = tmp_path / "runs.jsonl"
    numbers = [note(log, "pairs", {"seed": seed}, touched="2014-12 + 3", result={}) for seed in (0, 1)]
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert numbers == [line["run"] for line in lines] == [1, 2]
    assert lines[0]["hash"] != lines[1]["hash"]
    assert set(lines[0]) == {"run", "what", "settings", "hash", "touched", "result"}
