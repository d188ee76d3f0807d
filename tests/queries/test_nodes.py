"""Node bridges: the closed form against drawing, the planted go-between found, thin graphs refused."""

import random
from pathlib import Path

import numpy as np
import pytest
from planted import Made, build

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.queries.bridges.nodes import (
    NodeAsk,
    _drawn,
    _few_agree,
    multinomial_null,
    node_bridges,
    participation,
)
from silobridge.queries.matrices import matrices

FIELDS = ("oa-field:17", "oa-field:25", "oa-field:13", "oa-field:22")
BETWEEN, AT_HOME = "go between", "stay at home"


def company(seed: int = 1, each: int = 80) -> list[Made]:
    """Four fields with words of their own; one term keeps company in all of them, one in its own alone."""
    rng = random.Random(seed)
    made = []
    for place, field in enumerate(FIELDS):
        for number in range(each):
            topic = number % 4
            terms = [f"field {place} topic {topic} word {n}" for n in rng.sample(range(6), 4)]
            if topic == 0 and (place == 0 or number % 16):
                terms.append(BETWEEN)
            if place == 1 and topic == 1:
                terms.append(AT_HOME)
            terms.append(f"only {place} {number}")
            made.append(Made(f"doi:10.5555/{place}.{number}", "paper", [field], terms, 2001 + number % 9))
    return made


def test_the_null_is_exact():
    rng = np.random.default_rng(0)
    rates = np.array([0.5, 0.3, 0.15, 0.05])
    drawn = participation(rng.multinomial(9, rates, 200_000).astype(np.float64))
    mean, deviation = multinomial_null(np.array([9.0]), rates[None])
    assert drawn.mean() == pytest.approx(float(mean[0]), abs=5e-4)
    assert drawn.std() == pytest.approx(float(deviation[0]), rel=5e-3)


def test_chance_is_seldom_called_a_bridge():
    rng = np.random.default_rng(1)
    for rates in ([0.9, 0.05, 0.03, 0.02], [0.97, 0.02, 0.01], [0.25] * 4):
        for k in (5, 12):
            found = participation(rng.multinomial(k, rates, 4000).astype(np.float64))
            size, all_rates = np.full(4000, float(k)), np.tile(rates, (4000, 1))
            mean, deviation = multinomial_null(size, all_rates)
            p = _drawn(
                _few_agree(found, mean, deviation, size), found, (size, np.zeros(4000, int)), all_rates
            )
            assert (p <= 0.01).mean() <= 0.015 and (p <= 0.001).mean() <= 0.003


def test_the_example_worked_by_hand():
    # Four neighbours, two in one domain and one in each of two others: 1 − (4 + 1 + 1)/16.
    assert participation(np.array([[2.0, 1.0, 1.0]])).tolist() == [0.625]
    # Four draws from two domains at even rates: (1 − 1/4)(1 − 1/2).
    mean, deviation = multinomial_null(np.array([4.0]), np.array([[0.5, 0.5]]))
    assert mean[0] == 0.375 and deviation[0] ** 2 == pytest.approx(2 * 3 / 64 * 0.25)


def test_the_go_between_comes_first(tmp_path: Path):
    answer = node_bridges(
        matrices(build(tmp_path / "g", company())), NodeAsk(levels=(("openalex", "field"),))
    )
    first = answer.bridges[0]
    assert first.concept.form == BETWEEN and first.z > 2 and first.q <= 0.05
    assert first.home.id == "oa-field:17" and first.participation > first.expected
    assert {reached.domain.id for reached in first.reached if reached.observed} == set(FIELDS)
    assert sum(reached.observed for reached in first.reached) == first.neighbours
    assert first.openness > 0.5
    assert AT_HOME not in {bridge.concept.form for bridge in answer.bridges}


def test_order_and_copies_change_nothing(tmp_path: Path):
    made = company(each=40)
    ask = NodeAsk(levels=(("openalex", "field"),))
    one = node_bridges(matrices(build(tmp_path / "1", made)), ask)
    mixed = [*made, made[0]._replace(id="doi:10.5555/copy")]
    random.Random(3).shuffle(mixed)
    other = node_bridges(matrices(build(tmp_path / "2", mixed)), ask)
    assert one.bridges == other.bridges and one.tested == other.tested


def test_thin_graphs_are_refused(tmp_path: Path):
    made = [Made(f"doi:10.5555/{n}", "paper", ["oa-field:17"], ["one term", f"only {n}"]) for n in range(6)]
    m = matrices(build(tmp_path / "g", made))
    with pytest.raises(NothingFound, match="by chance"):
        node_bridges(m)
    with pytest.raises(NothingFound, match="levels"):
        node_bridges(m, NodeAsk(levels=(("nace", "division"),)))
    with pytest.raises(UsageError):
        NodeAsk(least=1)
