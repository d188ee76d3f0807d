"""Bridges nobody has built yet: concepts that never met but have more common company than chance.

It promises a discovery ranking: pairs are compared with pairs of the same frequencies in the same two
domains, so popular concepts win nothing by being popular. It refuses to call a rank a probability:
few predicted links come true within a few years, and the report says so.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats, Profile, window
from silobridge.queries.bridges.grouping import akin, akin_pairs, spread
from silobridge.queries.bridges.record import Ask, Bridge, Bridges
from silobridge.queries.bridges.sides import Sides, home, sides, term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg, credible_lift, gamma_hurdle_tail

FALSE = 0.05
LEAST_LIFT = 3.0
HUB_SHARE = 0.02
HUB_LEAST = 50
BINS = 4
SHOWN = 5
NEAREST_HOME = 200
FEW = 60
COMPANY = 150


def predicted(matrices: Matrices, ask: Ask) -> Bridges:
    """Rank pairs of home concepts that no document uses together and no claim joins.

    Path weight is E(u,v) = Σ_b a_ub·a_bv ÷ s_b over intermediates b below the hub limit, where a document
    with n concepts gives 1 ÷ (n − 1) to each of its pairs and s_b is b's sum. Divided by s_u·s_v it is
    compared with the pairs of the same two frequency bins: the ratio of means is the lift, a gamma
    hurdle gives p. Pairs with lift ≥ 3 at a false discovery rate of 5 % are ranked by the lower bound
    of lift that their number of independent intermediates leaves. Two sparse products, never all pairs
    of the graph.
    """
    two = sides(matrices, ask)
    homes = tuple(home(two, which, sure=not ask.unproven) for which in ("source", "target"))
    left = _with_company(homes[0], two.source_profile)
    right = _with_company(homes[1], two.target_profile)
    evidence = _evidence(matrices, two, left, right)
    at_home = np.outer(np.isin(left, homes[0]), np.isin(right, homes[1]))
    open_pairs = at_home & ~_linked(matrices, left, right, ask.until)
    lift, p, expected = _against_equals(matrices, evidence.weight, left, right)
    tested = open_pairs & (evidence.meeting >= 2)
    q = np.ones_like(p)
    # The tests are all open pairs: those without two intermediates count as 1.
    q[tested] = benjamini_hochberg(p[tested], int(open_pairs.sum()))
    shrunken, low, high = credible_lift(evidence.meeting, evidence.meeting / np.maximum(lift, 1e-12), 1.0)
    sure = (lift > 1) if ask.unproven else (q <= FALSE) & (lift >= LEAST_LIFT) & (low > 1)
    passed = np.argwhere(tested & sure)
    order = np.lexsort((passed[:, 1], passed[:, 0], -low[passed[:, 0], passed[:, 1]]))
    found = []
    for i, j in spread(matrices, passed[order], left, right, ask.top):
        ends = (int(left[i]), int(right[j]))
        between = _between(matrices, evidence, i, j, ends)
        if len(between) < 2:
            continue
        u, v = (term(matrices, end) for end in ends)
        weight, chance, ratio, least, most, tail, rate = (
            float(table[i, j]) for table in (evidence.weight, expected, shrunken, low, high, p, q)
        )
        uses = two.source_profile.side(ends[0]).observed, two.target_profile.side(ends[1]).observed
        found.append(
            Bridge(
                "predicted", u, v, two.source, two.target, weight, chance, ratio, least, most, tail, rate, *uses,
                score=least, intermediates=tuple(term(matrices, b) for b in between),
            )
        )  # fmt: skip
    title = f"Links not yet made between {two.source.label} and {two.target.label} (discovery ranking)"
    return Bridges(title, tuple(found), int(open_pairs.sum()), matrices.position, two.notes)


def _with_company(ends: NDArray[np.int64], side: Profile) -> NDArray[np.int64]:
    """Add other concepts of the domain where few are at home: a rate needs pairs to be learnt from."""
    if len(ends) >= FEW:
        return ends
    order = np.lexsort((side.concept, -side.observed))[: COMPANY + len(ends)]
    return np.union1d(ends, side.concept[order])


def nearest_open(matrices: Matrices, ask: Ask) -> list[tuple[int, int]]:
    """Return the concept pairs across two domains that are closest and never met, sure or not.

    Pairs of concept columns, by path weight over what frequencies explain, with two intermediates or more.
    """
    two = sides(matrices, ask)
    left, right = home(two, "source", NEAREST_HOME), home(two, "target", NEAREST_HOME)
    evidence = _evidence(matrices, two, left, right)
    lift, _, _ = _against_equals(matrices, evidence.weight, left, right)
    pairs = np.argwhere(~_linked(matrices, left, right, ask.until) & (evidence.meeting >= 2) & (lift > 1))
    _, low, _ = credible_lift(evidence.meeting, evidence.meeting / np.maximum(lift, 1e-12), 1.0)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -low[pairs[:, 0], pairs[:, 1]]))
    chosen = spread(matrices, pairs[order], left, right, ask.top)
    return [(int(left[i]), int(right[j])) for i, j in chosen]


@dataclass(frozen=True)
class _Evidence:
    """Path weight and number of intermediates for each pair, and the two halves they come from."""

    weight: Floats
    meeting: NDArray[np.int64]
    halves: tuple[Any, Any]


def _evidence(matrices: Matrices, two: Sides, left: NDArray[np.int64], right: NDArray[np.int64]) -> _Evidence:
    from scipy.sparse import diags

    used = matrices.used[np.flatnonzero(two.live)]
    length = np.diff(used.indptr)
    share = diags(np.where(length > 1, 1.0 / np.maximum(length - 1, 1), 0.0))
    frequency = np.bincount(used.indices, minlength=used.shape[1])
    hub = max(HUB_LEAST, HUB_SHARE * used.shape[0])
    usable = (frequency >= 2) & (frequency <= hub)
    # With a share of 1 ÷ (n − 1) per pair, a concept's sum is the number of its documents.
    company = [(share @ used[:, ends]).T.tocsr() @ used for ends in (left, right)]
    a, b = (half @ diags(usable.astype(np.float64)) for half in company)
    for half, ends in ((a, left), (b, right)):
        half.eliminate_zeros()
        own = half.indices == np.repeat(ends, np.diff(half.indptr))
        half.data[own] = 0.0
        half.eliminate_zeros()
    weight = (a @ diags(1.0 / np.maximum(frequency, 1)) @ b.T).toarray()
    meeting = ((a > 0).astype(np.int32) @ (b > 0).astype(np.int32).T).toarray().astype(np.int64)
    return _Evidence(weight, meeting, (a, b))


def _linked(
    matrices: Matrices, left: NDArray[np.int64], right: NDArray[np.int64], until: int | None
) -> NDArray[np.bool_]:
    """Mark pairs that a document up to that year uses together, or that a claim joins, or that are akin."""
    known = matrices.used if until is None else matrices.used[np.flatnonzero(window(matrices, None, until))]
    met = (known[:, left].T @ known[:, right]).toarray() > 0
    claims = matrices.claims
    said = claims[left][:, right].toarray() + claims[right][:, left].toarray().T
    forms = [[matrices.form[int(end)] for end in ends] for ends in (left, right)]
    return np.asarray(met | (said > 0) | akin_pairs(*forms), bool)


def _against_equals(
    matrices: Matrices, weight: Floats, left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """Compare each pair's weight with the pairs of the same two frequency bins."""
    sums = np.outer(matrices.frequency[left], matrices.frequency[right]).astype(np.float64)
    ratio = weight / np.maximum(sums, 1.0)
    lift, p, expected = np.zeros_like(ratio), np.ones_like(ratio), np.zeros_like(ratio)
    bins = [_bins(matrices.frequency[ends]) for ends in (left, right)]
    for x in np.unique(bins[0]):
        for y in np.unique(bins[1]):
            cell = np.ix_(bins[0] == x, bins[1] == y)
            values = ratio[cell]
            mean = float(values.mean())
            lift[cell] = values / mean if mean > 0 else 0.0
            p[cell] = gamma_hurdle_tail(values.ravel()).reshape(values.shape)
            expected[cell] = mean * sums[cell]
    return lift, p, expected


def _bins(frequency: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(frequency):
        return np.zeros(0, np.int64)
    edges = np.quantile(frequency, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, frequency, side="left")


def _between(matrices: Matrices, evidence: _Evidence, i: int, j: int, ends: tuple[int, int]) -> list[int]:
    """Name the intermediates that carry most, none akin to an end."""
    a, b = evidence.halves
    carried = a[i].multiply(b[j]).tocoo()
    weight = carried.data / np.maximum(matrices.frequency[carried.col], 1)
    order = np.lexsort((carried.col, -weight))
    names = [matrices.form[end] for end in ends]
    chosen: list[int] = []
    for column in carried.col[order].tolist():
        form = matrices.form[column]
        if not any(akin(form, name) for name in [*names, *(matrices.form[c] for c in chosen)]):
            chosen.append(column)
        if len(chosen) == SHOWN:
            break
    return chosen
