"""A concept year by year, where its use changed, and which bridges come up or fade.

It promises rates beside counts (a layer that writes twice as much uses everything twice as often), an interval
for every year, and a change only where a constant rate shows none as sharp in one of a hundred tries. It
refuses one year: there is no trend in it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaincinv, xlogy

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.queries.bridges.characteristic import Floats, Rows, count_uses
from silobridge.queries.bridges.record import Ask, Place, Term
from silobridge.queries.bridges.sides import sides, term
from silobridge.queries.helix.uses import LAYERS, Integers, layer_of
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

CHANGE = 0.01
TRIES = 999
FALSE = 0.05


@dataclass(frozen=True, slots=True)
class Year:
    """One year of one layer: documents that use the concept, all documents, and the share with 90 % bounds."""

    year: int
    documents: int
    output: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """The first year of a new rate, the rates before and after, and how often a constant rate looks so."""

    year: int
    before: float
    after: float
    p: float


@dataclass(frozen=True, slots=True)
class Series:
    """A concept in one layer: its years (those without a document of the layer are missing) and its changes."""

    layer: str
    years: tuple[Year, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """A concept over time, layer by layer."""

    title: str
    concept: Term
    series: tuple[Series, ...]
    position: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moving:
    """A concept both sides use, more (emerging) or less (fading) of late than the sides' output explains.

    By side: documents of late, and how many expected at the concept's rate over all years. `p` is the larger
    of the two sides' (both must move).
    """

    concept: Term
    state: str
    late: tuple[int, int]
    expected: tuple[float, float]
    documents: tuple[int, int]
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Movings:
    """An answer: moving bridges in order, how many concepts were tested, and what to know."""

    title: str
    moving: tuple[Moving, ...]
    tested: int
    position: int
    source: Place
    target: Place
    notes: tuple[str, ...] = ()


def trend(matrices: Matrices, concept: int) -> Trend:
    """Follow a concept through the years of each layer.

    Raises
    ------
    NothingFound
        If its layers' dated documents are all of one year, or none is dated.
    """
    layer = layer_of(matrices)
    dated = (layer >= 0) & (matrices.year > 0)
    using = np.zeros(len(dated), bool)
    using[matrices.rows_using(concept)] = True
    told = []
    for number, name in enumerate(LAYERS):
        here = dated & (layer == number)
        if not (here & using).any() or len(np.unique(matrices.year[here])) < 2:
            continue
        first = int(matrices.year[here].min())
        output = np.bincount(matrices.year[here].astype(np.int64) - first)
        seen = np.bincount(matrices.year[here & using].astype(np.int64) - first, minlength=len(output))
        told.append(_series(name, first, seen, output))
    subject = term(matrices, concept)
    if not told:
        raise NothingFound(
            "its dated documents are of one year, or none is dated",
            where=subject.label,
            hint="a trend needs two years of a layer: read more documents in",
        )
    notes = [
        "Bounds are 90 %, from the count alone (Poisson, exact). A change is where a constant rate shows none as "
        "sharp in one of a hundred tries.",
    ]
    undated = int((using & (matrices.year == 0)).sum())
    if undated:
        notes.append(f"{undated} documents that use it give no year and were left out.")
    return Trend(f"“{subject.label}” year by year", subject, tuple(told), matrices.position, tuple(notes))


def _series(layer: str, first: int, seen: Integers, output: Integers) -> Series:
    at = np.flatnonzero(output)
    low, high = poisson_bounds(seen[at])
    years = tuple(
        Year(first + int(y), int(seen[y]), int(output[y]), float(seen[y] / output[y]), float(a / output[y]),
             float(min(b / output[y], 1.0)))
        for y, a, b in zip(at, low, high, strict=True)
    )  # fmt: skip
    found = changes(seen[at], output[at])
    told = tuple(Change(first + int(at[k]), before, after, p) for k, before, after, p in found)
    return Series(layer, years, told)


def poisson_bounds(counts: Integers, level: float = 0.9) -> tuple[Floats, Floats]:
    """Return the exact bounds of a Poisson mean (Garwood 1936).

    Examples
    --------
    >>> [side.round(3).tolist() for side in poisson_bounds(np.array([0, 5]))]
    [[0.0, 1.97], [2.996, 10.513]]
    """
    tail, k = (1 - level) / 2, np.asarray(counts, np.float64)
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1), tail), 0.0)
    return np.asarray(low, np.float64), np.asarray(gammaincinv(k + 1, 1 - tail), np.float64)


def changes(seen: Integers, output: Integers) -> list[tuple[int, float, float, float]]:
    """Return where the rate seen ÷ output changes: place, rate before, rate after, p; in order.

    The split of the largest Poisson likelihood ratio is kept if at most one in a hundred draws of as many
    documents at a constant rate has a larger one anywhere (999 draws, seeded); then both parts are searched
    likewise. O(years) a draw.

    Examples
    --------
    >>> changes(np.array([1, 0, 1, 0, 9, 8, 9, 8]), np.full(8, 100))
    [(4, 0.005, 0.085, 0.001)]
    """
    found: list[tuple[int, float, float, float]] = []
    parts = [(0, len(seen))]
    while parts:
        start, stop = parts.pop()
        k, n = seen[start:stop], output[start:stop]
        if stop - start < 2 or not k.sum():
            continue
        ratio = _ratios(k[None], n)[0]
        best = int(ratio.argmax())
        rng = np.random.default_rng([int(k.sum()), start, stop])
        drawn = _ratios(rng.multinomial(int(k.sum()), n / n.sum(), TRIES), n).max(1)
        p = float((1 + (drawn >= ratio[best] - 1e-9).sum()) / (TRIES + 1))
        if p <= CHANGE:
            at = best + 1
            found.append(
                (start + at, float(k[:at].sum() / n[:at].sum()), float(k[at:].sum() / n[at:].sum()), p)
            )
            parts += [(start, start + at), (start + at, stop)]
    return sorted(found)


def _ratios(counts: Integers, output: Integers) -> Floats:
    """Return the log likelihood ratio of every split of each row, against one rate."""
    k, n = np.cumsum(counts, 1)[:, :-1].astype(np.float64), np.cumsum(output)[:-1].astype(np.float64)
    total, size = counts.sum(1, keepdims=True).astype(np.float64), float(output.sum())
    split = xlogy(k, k / n) + xlogy(total - k, (total - k) / (size - n))
    return np.asarray(split - xlogy(total, total / size), np.float64)


def moving(matrices: Matrices, ask: Ask, recent: int = 3) -> Movings:
    """Find the concepts both sides use that both use more of late, or both less, than their output explains.

    By side, of the k documents that use a concept those of the last `recent` years are Binomial(k, share of the
    side's documents written then); the concept's p is the larger of its sides'; q ≤ 5 % over emerging and fading.

    Raises
    ------
    NothingFound
        If a side has no dated document before, or none within, the last `recent` years.
    """
    if recent < 1:
        raise UsageError("recent counts years from 1", where=str(recent))
    two = sides(matrices, ask)
    dated = [rows[matrices.year[rows] > 0] for rows in (two.source_rows, two.target_rows)]
    years = [matrices.year[rows].astype(np.int64) for rows in dated]
    last = min((int(some.max(initial=0)) for some in years), default=0)
    for name, some in zip((ask.source, ask.target), years, strict=True):
        if not ((some > last - recent) & (some <= last)).any() or not (some <= last - recent).any():
            raise NothingFound(
                f"no dated document before, or none within, the {recent} years up to {last}",
                where=name,
                hint="ask for fewer recent years, or read documents of more years in",
            )
    tables = [
        _late(matrices, rows[some <= last], last - recent) for rows, some in zip(dated, years, strict=True)
    ]
    tested = np.flatnonzero((tables[0][1] >= ask.minimum) & (tables[1][1] >= ask.minimum))
    up, down = (
        np.max([_tail(late[tested], k[tested], share, rising) for late, k, share in tables], 0)
        for rising in (True, False)
    )
    q = benjamini_hochberg(np.concatenate([up, down]))
    p = np.concatenate([up, down])
    concept = np.concatenate([tested, tested])
    order = np.lexsort((concept, p))
    told = []
    for i in order[q[order] <= FALSE][: ask.top]:
        c = int(concept[i])
        (late_a, k_a, share_a), (late_b, k_b, share_b) = tables
        told.append(
            Moving(
                term(matrices, c), "emerging" if i < len(tested) else "fading", (int(late_a[c]), int(late_b[c])),
                (float(k_a[c] * share_a), float(k_b[c] * share_b)), (int(k_a[c]), int(k_b[c])), float(p[i]),
                float(q[i]),
            )
        )  # fmt: skip
    title = f"Concepts that come up or fade in both {two.source.label} and {two.target.label}"
    notes = (
        *two.notes,
        f"Of late: {last - recent + 1} to {last}; both sides' records are compared up to {last}.",
    )
    return Movings(title, tuple(told), len(tested), matrices.position, two.source, two.target, notes)


def _late(matrices: Matrices, rows: Rows, border: int) -> tuple[Integers, Integers, float]:
    late = rows[matrices.year[rows] > border]
    return count_uses(matrices, late), count_uses(matrices, rows), len(late) / max(1, len(rows))


def _tail(late: Integers, k: Integers, share: float, rising: bool) -> Floats:
    """Return P(X ≥ late) or P(X ≤ late) for X ~ Binomial(k, share)."""
    if rising:
        tail = betainc(np.maximum(late, 1), k - np.maximum(late, 1) + 1, share)
        return np.asarray(np.where(late > 0, tail, 1.0), np.float64)
    tail = 1.0 - betainc(late + 1, np.maximum(k - late, 1), share)
    return np.asarray(np.where(late < k, tail, 1.0), np.float64)
