"""Bridges: what was planted is found, what is generic is not, and chance is held to its rate."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import BETWEEN, GENERIC, LINK, OPEN, SHARED, Made, build, corpus

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.queries.bridges.characteristic import background, profile, window
from silobridge.queries.bridges.existing import concept_bridges, link_bridges
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask
from silobridge.queries.bridges.strongest import strongest
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.statistics import (
    benjamini_hochberg,
    credible_lift,
    hypergeometric_tail,
    negative_binomial_lower,
    poisson_tail,
    regress_counts,
    shrinkage,
)

ASK = Ask("oa-field:17", "cpc:H01M")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Matrices:
    return matrices(build(tmp_path_factory.mktemp("planted") / "g", corpus()))


@pytest.fixture(scope="module")
def null(tmp_path_factory: pytest.TempPathFactory) -> Matrices:
    return matrices(build(tmp_path_factory.mktemp("null") / "g", corpus(seed=3, planted=False)))


def test_the_planted_concept_is_found_under_its_longest_name(planted: Matrices):
    found = concept_bridges(planted, ASK).bridges
    best = found[0]
    assert best.source.form == f"long {SHARED}" and best.variants == (SHARED,)
    assert best.source_documents == best.target_documents == 20
    assert best.expected == pytest.approx(5.0) and best.q < 1e-6 and 1.5 < best.low < best.lift
    assert GENERIC not in {bridge.source.form for bridge in found}


def test_where_nothing_was_planted_nothing_is_between(planted: Matrices):
    found = concept_bridges(planted, Ask("oa-field:25", "cpc:B64C"))
    assert [bridge.source.form for bridge in found.bridges] == [] and found.tested > 50


def test_the_planted_link_is_found(planted: Matrices):
    best = link_bridges(planted, ASK).bridges[0]
    assert (best.source.form, best.target.form) == LINK
    assert best.observed > 5 * best.expected and best.q <= 0.01


def test_the_open_pair_is_predicted_with_what_lies_between(planted: Matrices):
    found = predicted(planted, ASK)
    pairs = [(bridge.source.form, bridge.target.form) for bridge in found.bridges]
    assert OPEN in pairs and LINK not in pairs
    best = found.bridges[pairs.index(OPEN)]
    assert {term.form for term in best.intermediates} <= set(BETWEEN) and best.lift >= 3


def test_a_claim_closes_an_open_pair(tmp_path: Path):
    ledger = build(tmp_path / "g", corpus())
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO evidence (doc, sentence, start, stop, subject, predicate, object, polarity, hedged)"
            " VALUES (0, 0, 0, 1, ?, 'improves', ?, 'affirmed', false)",
            list(OPEN),
        )
    # A claim without a journal line is not seen through the cache; this ledger has none yet.
    pairs = [(bridge.source.form, bridge.target.form) for bridge in predicted(matrices(ledger), ASK).bridges]
    assert OPEN not in pairs


def test_strongest_names_the_planted_concept_and_its_domains(planted: Matrices):
    best = strongest(planted, top=5).bridges[0]
    assert best.source.form == f"long {SHARED}"
    assert (best.source_domain.id, best.target_domain.id) == (ASK.source, ASK.target)


def test_chance_alone_gives_conservative_p_values(null: Matrices):
    live = window(null)
    urn = background(null, "science", live)
    p = np.concatenate(
        [profile(null, null.rows(f"oa-field:{n}"), urn, minimum=1).p for n in (17, 25, 13, 22)]
    )
    assert len(p) > 400
    assert (p <= 0.05).mean() <= 0.06 and (p <= 0.5).mean() <= 0.55
    assert (p <= 0.9).mean() > 0.3


def test_chance_alone_gives_no_bridge(null: Matrices):
    assert concept_bridges(null, ASK).bridges == ()
    assert link_bridges(null, ASK).bridges == ()
    assert predicted(null, ASK).bridges == ()
    assert all(bridge.q > 0.05 for bridge in strongest(null).bridges)


def test_one_word_with_two_meanings_is_not_believed(tmp_path: Path):
    documents = corpus(each=100)
    rng = random.Random(2)
    company = {"paper": [f"cell part {n}" for n in range(8)], "patent": [f"drone part {n}" for n in range(8)]}
    for n in range(40):
        for kind, domain in (("paper", "oa-field:25"), ("patent", "cpc:B64C")):
            # The magnet keeps the same company on both sides, the motor does not.
            terms = [
                *rng.sample(company[kind], 4),
                *(["magnet", "coil", "iron core"] if n % 2 else ["motor"]),
            ]
            documents.append(Made(f"{kind}{n:02}", kind, [domain], terms))
        documents.append(Made(f"z{n:02}", "paper", ["oa-field:13"], ["coil", "iron core", f"noise {n}"]))
    answer = concept_bridges(matrices(build(tmp_path / "g", documents)), Ask("oa-field:25", "cpc:B64C"))
    found = {bridge.source.form: bridge for bridge in answer.bridges}
    assert found["motor"].agreement < found["magnet"].agreement
    assert found["motor"].score < found["magnet"].score
    assert found["motor"].low == pytest.approx(found["magnet"].low, rel=0.3)


def test_copies_do_not_strengthen(tmp_path: Path, planted: Matrices):
    documents = corpus()
    copies = [
        made._replace(id=f"doi:10.5555/z.copy.{n}")
        for n, made in enumerate(documents)
        if SHARED in made.terms
    ]
    found = concept_bridges(matrices(build(tmp_path / "g", documents + copies)), ASK)
    plain = concept_bridges(planted, ASK)
    assert found.bridges == plain.bridges
    assert any(f"{len(copies)} left out" in note for note in found.notes)


def test_order_of_input_does_not_matter(tmp_path: Path, planted: Matrices):
    documents = corpus()
    random.Random(7).shuffle(documents)
    other = matrices(build(tmp_path / "g", documents))
    for find in (concept_bridges, link_bridges, predicted):
        assert find(planted, ASK).bridges == find(other, ASK).bridges


def test_the_window_counts_only_its_years(planted: Matrices):
    best = concept_bridges(planted, Ask("oa-field:17", "cpc:H01M", since=2001, until=2018)).bridges[0]
    assert 0 < best.source_documents < 20
    with pytest.raises(NothingFound, match="no document of its own"):
        concept_bridges(planted, Ask("oa-field:17", "cpc:H01M", since=1900, until=1950))


def test_questions_without_sense_are_refused(planted: Matrices):
    with pytest.raises(UsageError):
        concept_bridges(planted, Ask("cpc:H01M", "cpc:H01M"))
    with pytest.raises(UnknownName):
        concept_bridges(planted, Ask("cpc:H01M", "cpc:Z99Z"))
    with pytest.raises(UsageError):
        Ask("a", "b", since=2010, until=2000)
    with pytest.raises(UsageError):
        Ask("a", "b", top=0)


def test_one_document_a_side_gives_an_empty_answer_that_says_so(tmp_path: Path):
    documents = [
        Made("a", "paper", ["oa-field:17"], ["x one"]),
        Made("b", "patent", ["cpc:H01M"], ["x one", "y two"]),
    ]
    found = matrices(build(tmp_path / "g", documents))
    for find in (concept_bridges, link_bridges, predicted):
        answer = find(found, ASK)
        assert answer.bridges == () and any("Only 1 document stands" in note for note in answer.notes)
    assert strongest(found).bridges == ()


def test_documents_in_both_domains_count_for_neither(tmp_path: Path):
    documents = corpus(each=30)
    documents += [
        Made(f"x{n}", "paper", ["oa-field:17", "oa-field:25"], ["both here", f"noise {n}"]) for n in range(20)
    ]
    answer = concept_bridges(matrices(build(tmp_path / "g", documents)), Ask("oa-field:17", "oa-field:25"))
    assert "both here" not in {bridge.source.form for bridge in answer.bridges}
    assert any("20 documents stand in both" in note for note in answer.notes)


@given(st.integers(1, 60), st.data())
def test_hypergeometric_tails_are_exact(total: int, data: st.DataObject):
    from math import comb

    drawn, marked = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    observed = data.draw(st.integers(0, total))
    ways = sum(
        comb(marked, x) * comb(total - marked, drawn - x) for x in range(observed, min(drawn, marked) + 1)
    )
    assert hypergeometric_tail(observed, drawn, marked, total)[0] == pytest.approx(
        ways / comb(total, drawn), abs=1e-9
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values_keep_the_order_and_never_fall_below_p(p: list[float]):
    q = benjamini_hochberg(p)
    assert (q >= np.array(p) - 1e-12).all() and (q <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= -1e-12).all()


@given(st.integers(0, 1000), st.floats(0.01, 500))
def test_bounds_hold_the_shrunken_ratio(observed: int, expected: float):
    _, low, high = credible_lift([observed], [expected], 1.0)
    assert 0 <= low[0] < (1 + observed) / (1 + expected) < high[0]


def test_spread_is_told_from_noise():
    rng = np.random.default_rng(0)
    expected = rng.gamma(2, 2, 4000)
    assert shrinkage(rng.poisson(expected), expected) == 2.0
    assert shrinkage(rng.poisson(expected * rng.gamma(0.5, 2, 4000)), expected) == 0.5


def test_count_regression_recovers_what_made_the_counts():
    rng = np.random.default_rng(0)
    x, group = rng.normal(size=(800, 2)), rng.integers(0, 2, 800)
    mean = np.exp(1.0 + 0.8 * x[:, 0] - 0.5 * x[:, 1] + group)
    counts = rng.poisson(mean * rng.gamma(4, 0.25, 800))
    fitted, spread, explained = regress_counts(counts, x, group)
    assert np.corrcoef(np.log(fitted), np.log(mean))[0, 1] > 0.99
    assert 0.15 < spread < 0.4 and explained > 0.5
    p = negative_binomial_lower(counts, fitted, spread)
    assert (p <= 0.05).mean() < 0.07 and 0.4 < (p <= 0.5).mean() < 0.6


def test_poisson_tail_of_nothing_is_certain():
    assert poisson_tail([0, 0], [0.0, 3.0]).tolist() == [1.0, 1.0]
