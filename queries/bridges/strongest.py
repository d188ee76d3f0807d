"""The strongest shared concepts across layers, over all pairs of domains at once.

It promises one pass: each domain is profiled once, and a concept's best pair of domains follows from
its best domain on each side. It refuses to let one pair of domains fill the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Profile, Rows, background, profile, window
from silobridge.queries.bridges.existing import CONCEPT_FALSE, LEAST_LIFT
from silobridge.queries.bridges.record import Bridges, Place
from silobridge.queries.bridges.shared import Candidate, choose, considered, users
from silobridge.queries.bridges.sides import at_home, place
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

ANALYSIS = (("openalex", "field"), ("cpc", "subclass"), ("nace", "division"))
"""Scheme and level at which each layer is looked at, where the caller names none."""

LEAST_DOCUMENTS = 5
PER_PAIR = 3
UNSURE = (
    "No concept passed the tests: the graph is too small to tell these from chance. They are ordered by the "
    "lower bound of lift and then by documents; take them as examples of what a larger graph would weigh."
)


@dataclass(frozen=True)
class _Layer:
    """One layer's domains against another layer: the best domain of every concept."""

    places: Sequence[Place]
    profiles: Sequence[Profile]
    rows: Sequence[Rows]
    best: NDArray[np.int64]
    low: NDArray[np.float64]
    p: NDArray[np.float64]
    tested: NDArray[np.int64]


def strongest(
    matrices: Matrices, levels: Sequence[tuple[str, str]] = ANALYSIS, top: int = 30, minimum: int = 2
) -> Bridges:
    """Find the strongest shared concepts between domains of different layers.

    Parameters
    ----------
    levels
        Scheme and level of the domains to look at, one or more per layer.
    top, minimum
        As in `Ask`.

    Returns
    -------
    Bridges
        Concept bridges, the false discovery rate held over every concept × pair of domains; each concept
        stands with its best pair of domains, and no pair of domains more than three times.
    """
    columns = _columns(matrices, levels)
    layers = _pairs(matrices, columns, minimum, LEAST_DOCUMENTS)
    found = [one for a, b in layers for one in _candidates(matrices, a, b)]
    notes: tuple[str, ...] = ()
    if not found:
        layers = _pairs(matrices, columns, minimum, minimum)
        found = [one for a, b in layers for one in _candidates(matrices, a, b, sure=False)]
        notes = (UNSURE,) if found else ()
    found.sort(key=lambda one: (-one.low, one.concept, one.ends[0].id))
    tested = sum(int((a.tested * b.tested).sum()) for a, b in layers)
    bridges = choose(matrices, found[: considered(top)], top, PER_PAIR)
    return Bridges("Strongest bridges between layers", bridges, tested, matrices.position, notes)


def _pairs(
    matrices: Matrices, columns: dict[str, list[int]], minimum: int, least: int
) -> list[tuple["_Layer", "_Layer"]]:
    """Profile each pair of layers: science first, then patents, then industry, the way a path is read."""
    layers = sorted(columns, key=_order)
    return [
        (
            _layer(matrices, columns[one], (one, other), (minimum, least)),
            _layer(matrices, columns[other], (other, one), (minimum, least)),
        )
        for at, one in enumerate(layers)
        for other in layers[at + 1 :]
    ]


def _order(layer: str) -> tuple[int, str]:
    known = ("science", "patent", "industry")
    return (known.index(layer) if layer in known else len(known), layer)


def _columns(matrices: Matrices, levels: Sequence[tuple[str, str]]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for scheme, level in levels:
        for column in np.flatnonzero((matrices.scheme == scheme) & (matrices.level == level)):
            columns.setdefault(str(matrices.layer[column]), []).append(int(column))
    return columns


def _layer(
    matrices: Matrices, columns: Sequence[int], layers: tuple[str, str], limits: tuple[int, int]
) -> _Layer:
    layer, other = layers
    minimum, least = limits
    live = window(matrices)
    urn, second = background(matrices, layer, live), background(matrices, other, live)
    width = matrices.used.shape[1]
    best, tested = np.full(width, -1, np.int64), np.zeros(width, np.int64)
    low, p = np.zeros(width), np.ones(width)
    places: list[Place] = []
    profiles: list[Profile] = []
    members: list[Rows] = []
    for column in columns:
        domain = matrices.domain[column]
        rows = at_home(matrices, matrices.rows(domain), layer, other)
        if len(rows) < least:
            continue
        found = profile(matrices, rows, urn, second, minimum)
        tested[found.concept] += 1
        better = found.low > low[found.concept]
        here = found.concept[better]
        best[here], low[here], p[here] = len(places), found.low[better], found.p[better]
        places.append(place(matrices, domain, len(rows)))
        profiles.append(found)
        members.append(rows)
    return _Layer(places, profiles, members, best, low, p, tested)


def _candidates(matrices: Matrices, a: _Layer, b: _Layer, sure: bool = True) -> list[Candidate]:
    score, p = np.minimum(a.low, b.low), np.maximum(a.p, b.p)
    common = np.flatnonzero((a.best >= 0) & (b.best >= 0))
    q = benjamini_hochberg(p[common], int((a.tested * b.tested).sum()))
    passed = (q <= CONCEPT_FALSE) & (score[common] >= LEAST_LIFT) if sure else np.ones(len(q), bool)
    found = []
    for at in np.flatnonzero(passed):
        c = int(common[at])
        i, j = int(a.best[c]), int(b.best[c])
        both = (a.profiles[i].side(c), b.profiles[j].side(c))
        rows = (users(matrices, c, a.rows[i]), users(matrices, c, b.rows[j]))
        found.append(Candidate(c, float(q[at]), (a.places[i], b.places[j]), both, rows))
    return found
