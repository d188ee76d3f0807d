"""Roots, opportunities and dependence: planted givers come first, numbers by hand, thin graphs refused."""

import random
from pathlib import Path

import numpy as np
import pytest
from builders import small_ledger
from planted import OPEN, Made, build, corpus

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.record import Ask
from silobridge.queries.dependence import dependence, shared_first
from silobridge.queries.matrices import matrices
from silobridge.queries.opportunities import apart, opportunities, pareto
from silobridge.queries.roots import RootAsk, forward_linkage, generality, reach, roots

CLASSES = (
    "cpc:B64C",
    "cpc:H01M",
    "cpc:G06N",
    "cpc:A61F",
    "cpc:B60L",
    "cpc:F16H",
    "cpc:C08F",
    "cpc:E04B",
    "cpc:H04L",
)
ASK = RootAsk(level="subclass", draws=20)


def stream(seed: int = 4, each: int = 40) -> list[Made]:
    """Nine classes; every new word of the first is taken up everywhere, those of the others go next door."""
    rng = random.Random(seed)
    made = []
    for place, name in enumerate(CLASSES):
        for number in range(each):
            year = 2000 + min(number // (3 + place % 3), 9)
            words = [f"word {place} {number % 10}", f"only {place} {number}"]
            words += [f"word {(place - 1) % len(CLASSES)} {rng.randrange(10)}"] if year >= 2005 else []
            if place == 0 and year < 2003:
                words.append(f"root {number}")
            if year >= 2003:
                words.append(f"root {rng.randrange(12)}")
            made.append(
                Made(f"patent:{place}.{number}", "patent", [name, f"nace:C{20 + place}"], words, year)
            )
    return made


def test_the_planted_root_gives_most_and_widest(tmp_path: Path):
    answer = roots(matrices(build(tmp_path / "g", stream())), ASK)
    planted = next(root for root in answer.roots if root.domain.id == CLASSES[0])
    assert planted.given == max(root.given for root in answer.roots)
    z = {one.name: one.z for one in planted.components}
    assert (z["generality"] or 0) > 1.5 and (z["uptake"] or 0) > 1.5 and z["science"] is None
    assert planted.forward == max(root.forward for root in answer.roots)
    assert planted.score > 0 and planted.rank_low <= planted.rank_high <= len(CLASSES)


def test_numbers_by_hand():
    # Six uses, three in each of two others: 6/5 · (1 − ½).
    assert generality(np.array([[0.0, 3.0, 3.0]]))[0] == pytest.approx(0.6)
    # At home in one industry; half of what is taken up leads to another, half as near: 1 + ½.
    assert reach(np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)).tolist() == [1.5, 1.0]
    # a = .45 each way from the first, .45 of the second's own: 1/(1 − .45) − 1 for both.
    assert forward_linkage(np.array([[0.0, 5.0], [0.0, 5.0]])) == pytest.approx([0.45 / 0.55] * 2)


def test_few_domains_are_refused(tmp_path: Path):
    with pytest.raises(NothingFound, match="3 domains"):
        roots(matrices(small_ledger(tmp_path / "g")), RootAsk(level="subclass", least=2))
    with pytest.raises(NothingFound, match="no domain"):
        roots(matrices(small_ledger(tmp_path / "h")), RootAsk(scheme="nace", level="none"))


def test_the_planted_opportunity_is_on_the_front(tmp_path: Path):
    ledger = build(tmp_path / "g", corpus())
    answer = opportunities(ledger, matrices(ledger), Ask("cpc:H01M", "oa-field:17"))
    planted = [one for one in answer.opportunities if (one.need.form, one.solution.form) == OPEN[::-1]]
    assert planted and planted[0].front and planted[0].low > 1 and planted[0].occupancy < 0.1
    for one in answer.opportunities:
        assert 0 <= one.relevance <= 1 and 0 <= one.occupancy <= 1 and 0 <= one.feasibility <= 1
    fronts = [one.front for one in answer.opportunities]
    assert fronts == sorted(fronts, reverse=True)
    # No document of this graph names a person: nobody is far from or near to anybody.
    assert {one.consensus for one in answer.opportunities} == {"undecided"}


def test_front_and_distance_from_the_crowd():
    assert pareto(np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])).tolist() == [True, True, False]
    away = apart(np.array([2.0, 2.0, 2.0, 2.0, 20.0]), np.array([0.1, 0.1, 0.1, 0.1, 0.0]))
    assert away.argmax() == 4 and away[4] > 1
    assert apart(np.array([2.0, 3.0]), np.array([0.1, 0.2])).tolist() == [0, 0]


def test_science_dependence_counts_and_sentences(tmp_path: Path):
    ledger = small_ledger(tmp_path / "g", 120)
    m = matrices(ledger)
    answer = dependence(ledger, m, minimum=1)
    dated = (m.kind == "patent") & (m.year > 0)
    assert sum(firm.patents for firm in answer.firms) == dated.sum()
    assert sum(firm.sharing for firm in answer.firms) == shared_first(m)[0].sum()
    assert sum(firm.sharing_expected for firm in answer.firms) == pytest.approx(shared_first(m)[0].sum())
    with pytest.raises(NothingFound, match="nobody"):
        dependence(ledger, m, "nobody of that name")


def test_papers_first(tmp_path: Path):
    made = [
        Made("doi:10.5555/p1", "paper", ["oa-field:17"], ["new idea", "only 1"], 2001),
        Made("patent:1", "patent", ["cpc:H01M"], ["new idea", "only 2"], 2003),
        Made("patent:2", "patent", ["cpc:H01M"], ["old craft", "only 3"], 2000),
        Made("doi:10.5555/p2", "paper", ["oa-field:17"], ["old craft", "only 4"], 2002),
    ]
    m = matrices(build(tmp_path / "g", made))
    marked, first = shared_first(m)
    assert [m.document[int(row)] for row in np.flatnonzero(marked)] == ["patent:1"]
    assert first[m.concept("new idea")] == 2001 and first[m.concept("old craft")] == 0
