"""In which layer concepts appear first, beside what the layers' coverage alone would give.

It promises, with every share, the share that dates turned round at random give: a layer whose record starts
early, or holds more documents, comes first by that alone. It refuses to read a first appearance in a graph
as a first appearance in the world.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.helix.uses import LAYERS, Floats, Integers, uses
from silobridge.queries.matrices import Matrices

SHIFTS = 200
CLEAR = 3


@dataclass(frozen=True, slots=True)
class Order:
    """Which of two layers uses a concept first, over the concepts both use.

    `earlier` is the share of concepts that `source` uses in an earlier year, `same` in the same year; `low` and
    `high` bound `earlier` with 95 % (Wilson). `expected`, `least` and `most` are the mean and the 2.5 % and
    97.5 % points of `earlier` when the dates are turned round. `lead` is the mean number of years the source is
    ahead. `clear` says that only concepts are counted whose first use lies at least three years after the
    start of both layers' records: the others may be older than the record.
    """

    source: str
    target: str
    clear: bool
    concepts: int
    earlier: float
    low: float
    high: float
    same: float
    expected: float
    least: float
    most: float
    lead: float


def orders(matrices: Matrices, shifts: int = SHIFTS) -> tuple[Order, ...]:
    """Return for each pair of layers which comes first, over all concepts and over those clear of the start.

    Pairs without a concept in common are left out.

    Raises
    ------
    NothingFound
        If no paper or no patent is dated, or all documents are of one year.
    """
    laid = uses(matrices, 0)
    everyone = np.arange(len(laid.concept))
    start = [_start(laid.layer, laid.year, layer) for layer in range(len(LAYERS))]
    tables = [_first(laid.counts(everyone, [shift])[0]) for shift in range(shifts + 1)]
    told = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        for clear in (False, True):
            found = [_share(table[:, [a, b]], (start[a], start[b]), clear) for table in tables]
            count, earlier, same, lead = found[0]
            if not count:
                continue
            usual = np.array([row[1] for row in found[1:] if row[0]] or [0.0])
            low, high = wilson(earlier, count)
            least, most = np.percentile(usual, [2.5, 97.5])
            told.append(
                Order(
                    LAYERS[a], LAYERS[b], clear, count, earlier, low, high, same, float(usual.mean()), float(least),
                    float(most), lead,
                )
            )  # fmt: skip
    return tuple(told)


def _start(layer: Integers, year: Integers, number: int) -> int:
    here = year[layer == number]
    return int(here.min()) if len(here) else 0


def _first(counts: Floats) -> Floats:
    """Return the first year of use by concept and layer; NaN where there is none."""
    return np.where(counts.any(-1), np.argmax(counts > 0, -1), np.nan)


def _share(first: Floats, start: tuple[int, int], clear: bool) -> tuple[int, float, float, float]:
    both = ~np.isnan(first).any(1)
    if clear:
        both &= (first[:, 0] >= start[0] + CLEAR) & (first[:, 1] >= start[1] + CLEAR)
    ahead = first[both, 1] - first[both, 0]
    if not len(ahead):
        return 0, 0.0, 0.0, 0.0
    return len(ahead), float((ahead > 0).mean()), float((ahead == 0).mean()), float(ahead.mean())


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927).

    Examples
    --------
    >>> tuple(round(x, 3) for x in wilson(0.5, 10))
    (0.237, 0.763)
    """
    z = 1.959964
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return float(middle - half), float(middle + half)
