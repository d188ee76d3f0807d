"""The documents of one way round, with a sentence each.

It promises the earliest chain of documents that goes as far as any, each step later than the one before and
within the lag. It refuses to say that one led to the other: it shows the order, and marks citations.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.evidence import DOCUMENTS_EACH, Quote, Wanted, quotes
from silobridge.queries.helix.uses import LAYERS, Integers, layer_of
from silobridge.queries.matrices import Matrices

ROUND = (0, 1, 2, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One document's layer and year, whether it cites the step before, and its sentence."""

    layer: str
    year: int
    cites: bool
    quote: Quote


def chain(years: list[list[int]], lag: int) -> tuple[int, ...]:
    """Return the years of the earliest chain science, patent, industry, science that gets furthest.

    Parameters
    ----------
    years
        By layer, the years that have a document, sorted.

    Examples
    --------
    >>> chain([[2000, 2006], [1999, 2001], [2003]], 10), chain([[2000], [2001], []], 10)
    ((2000, 2001, 2003, 2006), (2000, 2001))
    """
    best: tuple[int, ...] = ()
    stack: list[tuple[int, ...]] = [(year,) for year in reversed(years[0])]
    seen: set[tuple[int, int]] = set()
    while stack:
        path = stack.pop()
        if (len(path), path[-1]) in seen:
            continue
        seen.add((len(path), path[-1]))
        if len(path) > len(best):
            best = path
        if len(best) == len(ROUND):
            break
        later = [year for year in years[ROUND[len(path)]] if path[-1] < year <= path[-1] + lag]
        stack.extend((*path, year) for year in reversed(later))
    return best


def steps(ledger: Ledger, matrices: Matrices, concept: int, lag: int = 10) -> tuple[Step, ...]:
    """Show one way of a concept through the layers, a document and a sentence for each step."""
    layer, rows = layer_of(matrices), matrices.rows_using(concept).astype(np.int64)
    rows = rows[(matrices.year[rows] > 0) & (layer[rows] >= 0)]
    years = [sorted({int(y) for y in matrices.year[rows[layer[rows] == k]]}) for k in range(len(LAYERS))]
    told: list[Step] = []
    before: Integers = np.zeros(0, np.int64)
    for number, year in enumerate(chain(years, lag)):
        here = rows[(layer[rows] == ROUND[number]) & (matrices.year[rows] == year)]
        citing = (
            here[np.asarray(matrices.cites[here][:, before].sum(1)).ravel() > 0] if len(before) else before
        )
        order = np.concatenate([citing, np.setdiff1d(here, citing)])[:DOCUMENTS_EACH]
        some = citing if len(citing) else order
        wanted = Wanted(
            "step", matrices.form[concept], "", tuple(int(d) for d in matrices.doc[some[:DOCUMENTS_EACH]])
        )
        for quote in quotes(ledger, [wanted])["step"]:
            told.append(Step(LAYERS[ROUND[number]], year, bool(len(citing)), quote))
            before = np.array([matrices.document.find(quote.document)])
    return tuple(told)
