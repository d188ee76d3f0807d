"""Training on thinned lists, and uniform samples that stand for all candidates."""

import numpy as np
import pytest

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.corpus import month
from silobridge.queries.hindcast.features import Table
from silobridge.queries.hindcast.lists import Lesson, learn_lists, place, standing
from silobridge.queries.hindcast.metrics import per_query
from silobridge.queries.hindcast.negatives import Pairs, Rule, full, positives
from silobridge.queries.hindcast.study import Plan, Thinning, asked_slice, ranked_training, uniform
from tests.queries.hindcast.worlds import small_world

PLAN = Plan(month("2008-12"), 3, 1, Rule(papers=1, documents=5, least=2, apart=0.9), papers=1)


def test_weights_undo_the_thinning() -> None:
    world = small_world()
    lessons, names = ranked_training(world, PLAN, 0, Thinning(sources=5, top=10, others=10))
    (lesson,) = lessons
    _, candidates, _ = asked_slice(world, Plan(PLAN.earlier[0], 3, 1, PLAN.rule, papers=1))
    whole = full(candidates, np.unique(lesson.pairs.source))
    assert lesson.weight.sum() == pytest.approx(len(whole.label))
    assert (lesson.weight[lesson.pairs.label == 1] == 1).all()
    assert lesson.pairs.label.sum() == whole.label.sum()
    assert lesson.standing.shape == (len(lesson.weight), len(names))


def test_places_are_taken_in_the_whole_list() -> None:
    group = np.array([0, 0, 0, 0, 1, 1])
    found = place(np.array([1.0, 4.0, 2.0, 2.0, 7.0, 8.0]), group)
    assert found == pytest.approx(-np.log([1, 1 / 4, 2.5 / 4, 2.5 / 4, 1, 1 / 2]))


def lists(seed: int, count: int = 120, size: int = 60) -> tuple[Pairs, Table]:
    """Lists in which the first fact decides, the second is noise, on a scale of each source's own."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(count), size)
    good, noise = random.normal(size=(2, len(group)))
    label = np.zeros(len(group), dtype=np.int64)
    for one in range(count):
        rows = np.flatnonzero(group == one)
        chance = np.exp(2 * good[rows])
        label[random.choice(rows, 2, replace=False, p=chance / chance.sum())] = 1
    scale = random.exponential(size=count)[group]
    return Pairs(group, group, np.arange(len(group)), label), Table(
        {"good": np.exp(good) * scale, "noise": noise}
    )


def test_what_decides_in_lists_is_learned_whatever_its_scale() -> None:
    names = ("good", "noise")
    pairs, table = lists(0)
    lesson = Lesson(pairs, standing(table, pairs.group, names), np.ones(len(pairs.label)))
    model = learn_lists([lesson, lesson], names)
    assert model.weights[0] > 10 * abs(model.weights[1])
    asked, facts = lists(1)
    area = {
        name: per_query(values, asked.label, asked.group, asked.source).mean()["AUC"]
        for name, values in (("model", model.score(facts, asked.group)), ("noise", facts["noise"]))
    }
    assert area["model"] > 0.85 and abs(area["noise"] - 0.5) < 0.06


def test_thinned_candidates_stand_for_the_rest() -> None:
    names = ("good", "noise")
    pairs, table = lists(2)
    whole = standing(table, pairs.group, names)
    draw = np.random.default_rng(0).random(len(pairs.label))
    keep = (pairs.label == 1) | (draw < 0.5)
    weight = np.where(pairs.label == 1, 1.0, 2.0)[keep]
    one = learn_lists([Lesson(pairs, whole, np.ones(len(keep)))], names)
    other = learn_lists([Lesson(pairs.where(keep), whole[keep], weight)], names)
    assert other.weights[0] == pytest.approx(one.weights[0], rel=0.15)


def test_lists_without_a_link_teach_nothing() -> None:
    pairs, table = lists(3, count=4)
    none = Pairs(pairs.group, pairs.source, pairs.target, np.zeros_like(pairs.label))
    with pytest.raises(NothingFound, match="no list"):
        learn_lists(
            [Lesson(none, standing(table, none.group, ("good",)), np.ones(len(none.label)))], ("good",)
        )


def test_a_uniform_sample_stands_for_every_open_pair() -> None:
    slice_, candidates, found = asked_slice(small_world(), PLAN)
    pairs, weight = uniform(candidates, found, 40_000, 0)
    everything = sum(candidates.open(node).sum() for node in np.flatnonzero(candidates.known)) / 2
    assert weight.sum() == pytest.approx(everything, rel=0.05)
    assert pairs.label.sum() == len(positives(slice_, candidates.future, PLAN.rule)[0])
