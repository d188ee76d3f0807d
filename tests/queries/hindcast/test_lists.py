"""Training on thinned lists, and uniform samples that stand for all candidates."""

import numpy as np
import pytest

from silobridge.queries.hindcast.corpus import month
from silobridge.queries.hindcast.negatives import Rule, full, positives
from silobridge.queries.hindcast.study import Plan, Thinning, asked_slice, ranked_training, uniform
from tests.queries.hindcast.worlds import small_world

PLAN = Plan(month("2008-12"), 3, 1, Rule(papers=1, documents=5, least=2, apart=0.9), papers=1)


def test_weights_undo_the_thinning() -> None:
    world = small_world()
    parts, weight = ranked_training(world, PLAN, 0, Thinning(sources=5, top=10, others=10))
    pairs, table = parts[0]
    slice_, candidates, _ = asked_slice(world, Plan(PLAN.earlier[0], 3, 1, PLAN.rule, papers=1))
    whole = full(candidates, np.unique(pairs.source))
    assert weight.sum() == pytest.approx(len(whole.label))
    assert (weight[pairs.label == 1] == 1).all() and pairs.label.sum() == whole.label.sum()
    assert len(table["CN"]) == len(weight)
    assert slice_.cut == PLAN.earlier[0]


def test_a_uniform_sample_stands_for_every_open_pair() -> None:
    slice_, candidates, found = asked_slice(small_world(), PLAN)
    pairs, weight = uniform(candidates, found, 40_000, 0)
    everything = sum(candidates.open(node).sum() for node in np.flatnonzero(candidates.known)) / 2
    assert weight.sum() == pytest.approx(everything, rel=0.05)
    assert pairs.label.sum() == len(positives(slice_, candidates.future, PLAN.rule)[0])
