"""The parts of silos: links by direction, walls found and chance held, years, meetings, places."""

from pathlib import Path

import numpy as np
import pytest
from planted import Made, build
from silo_world import FIELDS, borrowed

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.silo import usual as parts
from silobridge.queries.silo.pairs import marks
from silobridge.queries.silo.places import with_places
from silobridge.queries.silos import SiloAsk, compare, silos

LEVELS = (("openalex", "field"),)
ASK = SiloAsk(levels=LEVELS, relation="concepts")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return build(tmp_path_factory.mktemp("silo") / "g", borrowed())


@pytest.fixture(scope="module")
def made(ledger: Ledger) -> Matrices:
    return matrices(ledger)


def test_a_wall_of_used_concepts_is_found_and_chance_is_not(made: Matrices):
    found = compare(made, ASK)
    pair = int(np.flatnonzero(found.usual.close & (found.usual.expected > 20))[0])
    counts = found.observed.copy()
    counts[pair] = 0
    told = parts.usual(found.pairs, counts, found.similarity)
    assert told.q[pair] <= 0.05 and int(np.where(told.close, told.p, 1.0).argmin()) == pair
    rng = np.random.default_rng(0)
    called = 0
    for _ in range(20):
        size = 1.0 / max(found.usual.spread, 1e-6)
        drawn = rng.poisson(found.usual.expected * rng.gamma(size, 1 / size, len(counts)))
        again = parts.usual(found.pairs, drawn, found.similarity)
        called += bool((again.close & (again.q <= 0.05)).any())
    assert called <= 4


def test_links_have_a_direction_and_are_those_one_can_count(made: Matrices):
    found = compare(made, ASK)
    marked = marks(made, found.pairs)
    for a, b in ((0, 1), (1, 0), (3, 4)):
        here, there = (set(made.rows(made.domain[int(found.pairs.columns[c])]).tolist()) for c in (a, b))
        telling = set(marked[b].indices.tolist())
        borrowers = [row for row in here - there if telling & set(made.used[row].indices.tolist())]
        assert found.flow[a, b] == len(borrowers)
    assert (found.flow != found.flow.T).any()


def test_a_silo_says_what_belongs_beside_it(made: Matrices):
    answer = silos(made, SiloAsk(levels=LEVELS, relation="concepts", top=5))
    for silo in answer.silos:
        assert silo.takes and silo.gives and silo.takes.observed + silo.gives.observed == silo.observed
        assert sum(one.observed for one in silo.years) == silo.observed
        assert sum(one.expected for one in silo.years) == pytest.approx(silo.expected, rel=0.01)
        assert silo.resampled and silo.resampled[0] <= silo.resampled[1]
        assert [one.left for one in silo.meetings] == sorted(one.left for one in silo.meetings)
        assert all(one.left <= silo.shortfall + 1e-9 for one in silo.meetings)
    assert any("could pass at all" in note for note in answer.notes)


def test_a_large_field_can_lend_its_concepts(tmp_path: Path):
    # Half of all documents are of field 27: no rate in all documents is five times its own.
    documents = [
        *borrowed(),
        *(Made(f"doi:10.5555/big.{n}", "paper", ["oa-field:27"], [f"large {n % 9}", f"aside {n}"]) for n in range(900)),
        *(Made(f"doi:10.5555/loan.{n}", "paper", ["oa-field:28"], [f"large {n % 9}", f"loan {n}"]) for n in range(12)),
    ]  # fmt: skip
    found = compare(matrices(build(tmp_path / "g", documents)), ASK)
    made = matrices(Ledger.open(tmp_path / "g"))
    names = [made.domain[int(c)] for c in found.pairs.columns]
    assert found.flow[names.index("oa-field:28"), names.index("oa-field:27")] >= 12


def test_rows_and_columns_compare_only_across(made: Matrices):
    found = compare(made, SiloAsk(levels=LEVELS, against=(("cpc", "subclass"),), relation="concepts"))
    sides = {
        (str(made.scheme[found.pairs.columns[i]]), str(made.scheme[found.pairs.columns[j]]))
        for i, j in zip(found.pairs.first, found.pairs.second, strict=True)
    }
    assert sides <= {("cpc", "openalex"), ("openalex", "cpc")} and sides


def test_countries_and_languages_are_levels(ledger: Ledger, made: Matrices):
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO place SELECT doc, CASE doc % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' ELSE 'JP' END FROM document"
        )
    wide = with_places(ledger, made)
    assert [wide.domain[i] for i in range(len(wide.domain))] == sorted(wide.domain)
    assert wide.rows("country:DE").size + wide.rows("country:FR").size + wide.rows("country:JP").size == len(
        wide.doc
    )
    assert wide.rows("language:en").size == len(wide.doc)
    assert (wide.rows("oa-field:11") == made.rows("oa-field:11")).all()
    found = compare(wide, SiloAsk(levels=LEVELS, against=(("country", "country"),), relation="concepts"))
    assert len(found.pairs.first) == 3 * len(FIELDS)


def test_only_tests_that_could_pass_are_counted():
    assert parts.testable(np.array([0.04] * 10)).sum() == 0
    assert parts.testable(np.array([0.04])).sum() == 1
    assert parts.testable(np.array([0.001] * 10)).sum() == 10
