"""Calibrated chances: what was made to hold is learnt, checked on a later slice, and refused where it cannot be."""

import random
from dataclasses import replace

import numpy as np
import pytest
from planted import Made, build

from silobridge.queries.bridges.chance import Past, before, checked, fit, learn
from silobridge.queries.bridges.predicted import pair_table
from silobridge.queries.bridges.record import Ask
from silobridge.queries.bridges.rivals import against_rewired, expected_common
from silobridge.queries.matrices import MOST_KEPT, Matrices, matrices

ASK = Ask("oa-field:17", "oa-field:25")


def world(seed: int = 0) -> list[Made]:
    """Two fields of terms in clusters; from 2008 on, clusters of the same number meet across the fields."""
    rng = random.Random(seed)
    made = []
    for year in range(2000, 2018):
        for n in range(70):
            field = n % 2
            cluster = rng.randrange(12)
            terms = [f"{'ab'[field]} {cluster} {rng.randrange(6)} term" for _ in range(4)]
            terms += [f"middle {cluster} {rng.randrange(5)}" for _ in range(2)]
            domains = [f"oa-field:{(17, 25)[field]}"]
            if year >= 2008 and rng.random() < 0.35:
                terms += [f"{'ba'[field]} {cluster} {rng.randrange(6)} term"]
            made.append(Made(f"doi:10.5555/{year}.{n}", "paper", domains, list(dict.fromkeys(terms)), year))
    # A third field, so that the two are marked against something.
    made += [
        Made(f"doi:10.5555/x.{n}", "paper", ["oa-field:13"], [f"other {rng.randrange(40)}" for _ in "12345"], 2000 + n % 18)
        for n in range(400)
    ]  # fmt: skip
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Matrices:
    return matrices(build(tmp_path_factory.mktemp("chance") / "g", world()))


def test_pairs_with_common_company_get_a_higher_chance_than_frequency_gives(made: Matrices):
    learnt = learn(made, ASK)
    assert learnt.known and any("Probabilities: the chance" in note for note in learnt.notes)
    pairs = pair_table(made, ASK)
    at = np.argwhere(pairs.open)
    chance, prior = learnt.chances(made, pairs, at)
    assert chance.mean() == pytest.approx(learnt.base, rel=1e-6) == prior.mean()
    same = np.array(
        [made.form[int(pairs.left[i])].split()[1] == made.form[int(pairs.right[j])].split()[1] for i, j in at]
    )
    assert same.any() and chance[same].mean() > 3 * chance[~same].mean()


def test_a_cut_knows_nothing_of_later_years(made: Matrices):
    known = before(made, 2010)
    assert known.year.max() == 2010 and known.claims.nnz == 0
    assert known.form is made.form and len(known.document) == int((made.year <= 2010).sum())
    past = Past(made, ASK, 3)
    assert past.last == 2017
    slice_ = past.slice(1)
    assert slice_ is not None and slice_.cut == 2014 and 0 < slice_.made.sum() < len(slice_.made)


def test_what_was_foretold_is_held_against_a_later_slice(made: Matrices):
    past = Past(made, ASK, 3)
    earlier, later = past.slice(2), past.slice(1)
    assert earlier is not None and later is not None
    told = checked(earlier, later)
    assert told.pairs == len(later.made) and told.made == int(later.made.sum())
    assert told.slope > 0.3 and told.error < 2


def test_the_fit_recovers_what_made_the_data():
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(20_000), rng.normal(size=20_000)])
    made = rng.random(20_000) < 1 / (1 + np.exp(-(-3 + 1.5 * x[:, 1])))
    assert fit(x, made) == pytest.approx([-3, 1.5], abs=0.15)


def test_the_closed_form_is_the_mean_of_rewired_graphs():
    from scipy.sparse import csr_matrix

    from silobridge.queries.hindcast.graph import from_edges
    from silobridge.queries.hindcast.rewire import rewire

    rng = np.random.default_rng(3)
    a, b = ((rng.random((20, 60)) < rate).astype(np.int32) for rate in (0.2, 0.3))
    home = rng.integers(0, 3, 60)
    usual = expected_common(csr_matrix(a), csr_matrix(b), home)
    first = np.concatenate([np.nonzero(a)[0], np.nonzero(b)[0] + 20])
    second = np.concatenate([np.nonzero(a)[1], np.nonzero(b)[1]]) + 40
    sort = np.concatenate([np.zeros(20, np.int64), np.ones(20, np.int64), 2 + home])
    seen = np.zeros((20, 20))
    for seed in range(40):
        graph = rewire(from_edges(100, first, second, np.ones((len(first), 1))), sort, seed).graph
        table = graph.matrix().toarray() > 0
        assert (table[:20, 40:].sum(1) == a.sum(1)).all()
        seen += table[:20, 40:].astype(int) @ table[20:40, 40:].astype(int).T
    assert seen.sum() / 40 == pytest.approx(usual.sum(), rel=0.03)
    assert np.corrcoef((seen / 40).ravel(), usual.ravel())[0, 1] > 0.9


def test_what_is_kept_between_questions_changes_no_answer(made: Matrices):
    def answer(graph: Matrices) -> list[bytes]:
        """Give every number a pair is judged by."""
        pairs, learnt = pair_table(graph, ASK), learn(graph, ASK)
        test = against_rewired(graph, pairs, pairs.open & (pairs.meeting >= 2))
        chance = learnt.chances(graph, pairs, np.argwhere(pairs.open))
        return [table.tobytes() for table in (test.usual, test.p, test.q, learnt.weights, *chance)]

    first = answer(replace(made))
    for until in range(2008, 2018):
        before(made, until)
    assert len(made._kept) <= MOST_KEPT and before(made, 2017) is before(made, 2017)
    assert answer(made) == first == answer(made)


def test_an_answer_up_to_a_year_is_that_of_the_documents_up_to_it(made: Matrices):
    ask = replace(ASK, until=2012)
    whole, past = pair_table(made, ask), pair_table(before(made, 2012), ASK)
    assert (whole.left == past.left).all() and (whole.right == past.right).all()
    assert (whole.meeting == past.meeting).all() and (whole.open == past.open).all()
    assert whole.meeting.any() and (whole.evidence.weight == past.evidence.weight).all()
