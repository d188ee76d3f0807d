"""Graphs whose loops are known, because they were planted among concepts that go nowhere.

It promises, per seed, the same arrays: papers, patents and industry documents over forty years that grow five
per cent a year; concepts spread evenly over a layer's output, or in one burst a layer at a random time, none
of them in any order between layers; and planted ones that go round. It refuses to make text: only dates and
uses matter to a loop.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from silobridge.queries.helix.uses import LAYERS
from silobridge.queries.matrices import Matrices
from silobridge.queries.names import Names

KIND = ("paper", "patent", "industry")


@dataclass(frozen=True)
class Plan:
    """What to make: so many documents a layer, concepts, planted ones, their turns, and the years covered."""

    documents: int = 4000
    concepts: int = 500
    planted: int = 50
    turns: int = 2
    years: int = 40
    first: int = 1980
    growth: float = 0.05
    seed: int = 0


def planted(plan: Plan) -> tuple[Matrices, NDArray[np.bool_]]:
    """Make a graph and say which of its concepts were planted."""
    rng = np.random.default_rng(plan.seed)
    output = (1 + plan.growth) ** np.arange(plan.years)
    chance = output / output.sum()
    dates = np.concatenate([np.sort(rng.choice(plan.years, plan.documents, p=chance)) for _ in LAYERS])
    marked = np.zeros(plan.concepts, bool)
    marked[rng.choice(plan.concepts, plan.planted, replace=False)] = True
    rows, columns = [], []
    for concept in range(plan.concepts):
        for layer, years in _times(plan, rng, chance, bool(marked[concept])):
            for year in years:
                pool = np.flatnonzero(dates[layer * plan.documents : (layer + 1) * plan.documents] == year)
                if len(pool):
                    rows.append(layer * plan.documents + int(rng.choice(pool)))
                    columns.append(concept)
    used = csr_matrix((np.ones(len(rows), np.int32), (rows, columns)), shape=(len(dates), plan.concepts))
    used.sum_duplicates()
    return graph(used, dates + plan.first, np.repeat(KIND, plan.documents)), marked


def _times(
    plan: Plan, rng: np.random.Generator, chance: NDArray[np.float64], loop: bool
) -> list[tuple[int, NDArray[np.int64]]]:
    """Choose the years in which each layer uses a concept."""
    if not loop:
        return [(layer, _scattered(plan, rng, chance)) for layer in range(len(LAYERS))]
    lags = rng.integers(1, 4, 3 * plan.turns)
    start = int(rng.integers(0, max(1, plan.years - int(lags.sum()) - 1)))
    steps = np.minimum(start + np.concatenate([[0], np.cumsum(lags)]), plan.years - 1)
    return [
        (number % 3, np.full(int(rng.integers(3, 7)), year, np.int64)) for number, year in enumerate(steps)
    ]


def _scattered(plan: Plan, rng: np.random.Generator, chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Spread uses over the layer's output, or put them into one burst of three years at any time of it."""
    count = int(rng.integers(3, 13))
    if rng.random() < 0.5:
        return rng.choice(plan.years, count, p=chance)
    middle = int(rng.choice(plan.years, p=chance))
    return np.clip(middle + rng.integers(-1, 2, count), 0, plan.years - 1)


def shuffled(matrices: Matrices, seed: int) -> Matrices:
    """Hand the dates of each layer's documents round among them at random."""
    rng = np.random.default_rng(seed)
    year = matrices.year.copy()
    for kind in np.unique(matrices.kind):
        here = np.flatnonzero(matrices.kind == kind)
        year[here] = rng.permutation(year[here])
    return replace(matrices, year=year)


def graph(used: csr_matrix, years: NDArray[np.int64], kinds: NDArray[np.str_]) -> Matrices:
    """Wrap uses, years and kinds into matrices without domains, claims or citations."""
    documents, concepts = used.shape
    names = Names.of([f"doi:10.5555/{number:07d}" for number in range(documents)])
    forms = Names.of([f"concept {number:06d}" for number in range(concepts)])
    none, words = Names.of([]), np.zeros(0, "U1")
    return Matrices(
        position=0, copies=0, document=names, doc=np.arange(documents, dtype=np.int32),
        year=years.astype(np.int16), kind=kinds, form=forms, label=forms, type=np.full(concepts, ""),
        domain=none, domain_label=none, layer=words, level=words, scheme=words, parent=none,
        uses=used, stands=csr_matrix((documents, 0), dtype=np.float32),
        claims=csr_matrix((concepts, concepts), dtype=np.int32),
        cites=csr_matrix((documents, documents), dtype=np.int32),
    )  # fmt: skip
