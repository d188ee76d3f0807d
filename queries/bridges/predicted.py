"""Bridges nobody has built yet: concepts that never met but have more common company than chance.

It promises a discovery ranking: pairs are compared with pairs of the same frequencies in the same two
domains, so popular concepts win nothing by being popular. It refuses to call a rank a probability:
few predicted links come true within a few years, and the report says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats, Profile, count_uses, window
from silobridge.queries.bridges.grouping import akin, akin_pairs, spread
from silobridge.queries.bridges.record import Ask, Bridge, Bridges
from silobridge.queries.bridges.sides import Sides, home, sides, term
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import credible_lift

FALSE = 0.05
LEAST_LIFT = 1.5
HUB_SHARE = 0.02
HUB_LEAST = 50
BINS = 4
SHOWN = 5
NEAREST_HOME = 200
FEW = 60
COMPANY = 150


@dataclass(frozen=True)
class Pairs:
    """Every pair of a concept of one side and one of the other: what joins them, and what would by chance.

    `open` marks pairs of home concepts that never met; all tables are left × right. `meeting` counts common
    intermediates, `ratio` is path weight over what pairs of the same frequencies have.
    """

    two: Sides
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    open: NDArray[np.bool_]
    evidence: "Evidence"
    ratio: Floats
    expected: Floats

    @property
    def meeting(self) -> NDArray[np.int64]:
        """Common intermediates of each pair."""
        return self.evidence.meeting

    def bounds(self, some: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats, Floats]:
        """Return the shrunken lift and its bounds; where only some pairs are asked for, 0 for the others."""
        asked = np.ones(self.ratio.shape, bool) if some is None else some
        meeting = self.meeting[asked]
        lift, low, high = (np.zeros(self.ratio.shape) for _ in range(3))
        lift[asked], low[asked], high[asked] = credible_lift(
            meeting, meeting / np.maximum(self.ratio[asked], 1e-12), 1.0
        )
        return lift, low, high


def pair_table(matrices: Matrices, ask: Ask) -> Pairs:
    """Lay out the pairs of two domains' home concepts. Two sparse products, never all pairs of the graph."""
    two = sides(matrices, ask)
    homes = tuple(home(two, which, sure=not ask.unproven) for which in ("source", "target"))
    left = _with_company(homes[0], two.source_profile)
    right = _with_company(homes[1], two.target_profile)
    evidence = gather(matrices, two, left, right)
    at_home = np.outer(np.isin(left, homes[0]), np.isin(right, homes[1]))
    open_pairs = at_home & ~_linked(matrices, left, right, ask.until)
    ratio, expected = against_equals(matrices, evidence.weight, left, right)
    return Pairs(two, left, right, open_pairs, evidence, ratio, expected)


def predicted(matrices: Matrices, ask: Ask) -> Bridges:
    """Rank pairs of home concepts that no document uses together and no claim joins.

    Path weight is E(u,v) = Σ_b a_ub·a_bv ÷ s_b over intermediates b below the hub limit, where a document
    with n concepts gives 1 ÷ (n − 1) to each of its pairs and s_b is b's sum. Divided by s_u·s_v it is
    compared with the pairs of the same two frequency bins: the ratio of means is the lift. p is the chance of as
    many common intermediates, met at all or met in two documents and more, when every concept keeps only its
    degree into every domain, and the false discovery rate is what rewired graphs show at that p (`rivals`). The
    discovery ranking goes by the lower bound of lift that the number of intermediates leaves, the forecast ranking
    by the calibrated chance of a link (`chance`),
    where the graph's own past can teach it.
    """
    from silobridge.queries.bridges.chance import learn
    from silobridge.queries.bridges.rivals import against_rewired

    pairs = pair_table(matrices, ask)
    tested = pairs.open & (pairs.meeting >= 2)
    lift, low, high = pairs.bounds(tested)
    test = against_rewired(matrices, pairs, tested)
    sure = (lift > 1) if ask.unproven else (test.q <= FALSE) & (pairs.ratio >= LEAST_LIFT) & (low > 1)
    passed = np.argwhere(tested & sure)
    learnt = learn(matrices, ask) if len(passed) else None
    chance = learnt.chances(matrices, pairs, passed) if learnt and learnt.known else None
    scores = [low[tuple(passed.T)], *([chance[0]] if chance else [])]
    places = [_places(score, passed) for score in scores]
    by_chance = ask.rank == "forecast" and chance is not None
    found = []
    order = passed[np.argsort(places[-1 if by_chance else 0], kind="stable")]
    at = {(int(i), int(j)): n for n, (i, j) in enumerate(passed)}
    for i, j in spread(matrices, order, pairs.left, pairs.right, ask.top):
        between = _between(matrices, pairs.evidence, i, j, (int(pairs.left[i]), int(pairs.right[j])))
        if len(between) < 2:
            continue
        n = at[i, j]
        numbers = [float(table[i, j]) for table in (lift, low, high, test.p, test.q, test.usual)]
        odds = (float(chance[0][n]), float(chance[1][n])) if chance else (None, None)
        told = _bridge(matrices, pairs, (i, j), numbers, between)
        ranks = tuple(int(place[n]) + 1 for place in places)
        score = odds[0] if by_chance and odds[0] is not None else told.low
        found.append(replace(told, probability=odds[0], prior=odds[1], ranks=ranks, score=score))
    label = "forecast" if by_chance else "discovery"
    title = (
        f"Links not yet made between {pairs.two.source.label} and {pairs.two.target.label} ({label} ranking)"
    )
    notes = (*pairs.two.notes, *(learnt.notes if learnt else ()))
    return Bridges(title, tuple(found), int(pairs.open.sum()), matrices.position, notes)


def _places(score: Floats, passed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each pair's place when they are ordered by a score, best first."""
    place = np.empty(len(passed), np.int64)
    place[np.lexsort((passed[:, 1], passed[:, 0], -score))] = np.arange(len(passed))
    return place


def _bridge(
    matrices: Matrices, pairs: Pairs, at: tuple[int, int], numbers: Sequence[float], between: list[int]
) -> Bridge:
    ends = (int(pairs.left[at[0]]), int(pairs.right[at[1]]))
    lift, low, high, p, q, usual = numbers
    return Bridge(
        kind="predicted", source=term(matrices, ends[0]), target=term(matrices, ends[1]),
        source_domain=pairs.two.source, target_domain=pairs.two.target,
        observed=float(pairs.evidence.weight[at]), expected=float(pairs.expected[at]),
        lift=lift, low=low, high=high, p=p, q=q, score=low,
        source_documents=pairs.two.source_profile.side(ends[0]).observed,
        target_documents=pairs.two.target_profile.side(ends[1]).observed,
        intermediates=tuple(term(matrices, b) for b in between),
        common=int(pairs.meeting[at]), common_expected=usual,
    )  # fmt: skip


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
    evidence = gather(matrices, two, left, right)
    lift, _ = against_equals(matrices, evidence.weight, left, right)
    pairs = np.argwhere(~_linked(matrices, left, right, ask.until) & (evidence.meeting >= 2) & (lift > 1))
    meeting, some = evidence.meeting[tuple(pairs.T)], lift[tuple(pairs.T)]
    _, low, _ = credible_lift(meeting, meeting / np.maximum(some, 1e-12), 1.0)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -low))
    chosen = spread(matrices, pairs[order], left, right, ask.top)
    return [(int(left[i]), int(right[j])) for i, j in chosen]


@dataclass(frozen=True)
class Evidence:
    """Path weight and number of intermediates for each pair, and the two halves they come from."""

    weight: Floats
    meeting: NDArray[np.int64]
    halves: tuple[Any, Any]


def gather(matrices: Matrices, two: Sides, left: NDArray[np.int64], right: NDArray[np.int64]) -> Evidence:
    """Gather the company of the two sides' concepts, hubs and the concepts themselves left out."""
    from scipy.sparse import diags

    length = np.diff(matrices.used.indptr)
    # With a share of 1 ÷ (n − 1) per pair, a concept's sum is the number of its documents.
    share = np.where(length > 1, 1.0 / np.maximum(length - 1, 1), 0.0)
    frequency = _frequency(matrices, two.live)
    a, b = (_company(matrices, two.live, share, ends, _usable(frequency, two.live)) for ends in (left, right))
    weight = (a @ diags(1.0 / np.maximum(frequency, 1)) @ b.T).toarray()
    meeting = ((a > 0).astype(np.int32) @ (b > 0).astype(np.int32).T).toarray().astype(np.int64)
    return Evidence(weight, meeting, (a, b))


def joining(matrices: Matrices, pairs: Pairs) -> tuple[Any, Any]:
    """Count the documents behind each entry of the two halves, in the same places."""
    live = pairs.two.live
    several = (np.diff(matrices.used.indptr) > 1).astype(np.float64)
    usable = _usable(_frequency(matrices, live), live)
    a, b = (_company(matrices, live, several, ends, usable) for ends in (pairs.left, pairs.right))
    return a, b


def _frequency(matrices: Matrices, live: NDArray[np.bool_]) -> NDArray[np.int64]:
    return matrices.frequency if live.all() else count_uses(matrices, np.flatnonzero(live).astype(np.int32))


def _usable(frequency: NDArray[np.int64], live: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the concepts that may stand between: in two documents or more, and no hubs."""
    hub = max(HUB_LEAST, HUB_SHARE * int(live.sum()))
    return np.asarray((frequency >= 2) & (frequency <= hub), bool)


def _uses_of(matrices: Matrices, ends: NDArray[np.int64], live: NDArray[np.bool_]) -> Any:
    """Return ends × documents, 1 where a live document uses the end; rows sorted."""
    uses = matrices.used_by[:, ends].T
    if not live.all():
        uses.data = uses.data * live[uses.indices]
        uses.eliminate_zeros()
    return uses


def _company(
    matrices: Matrices,
    live: NDArray[np.bool_],
    give: Floats,
    ends: NDArray[np.int64],
    usable: NDArray[np.bool_],
) -> Any:
    """Sum what the documents of each end give to the usable concepts beside it; rows sorted."""
    from scipy.sparse import csr_matrix

    uses = _uses_of(matrices, ends, live)
    # Most documents use none of the ends: the product needs the others alone.
    some, number = np.unique(uses.indices, return_inverse=True)
    given = csr_matrix((give[uses.indices], number, uses.indptr), shape=(len(ends), len(some)))
    half = given @ matrices.used[some]
    half.data = half.data * usable[half.indices]
    half.data[half.indices == np.repeat(ends, np.diff(half.indptr))] = 0
    half.eliminate_zeros()
    half.sort_indices()
    return half


def _linked(
    matrices: Matrices, left: NDArray[np.int64], right: NDArray[np.int64], until: int | None
) -> NDArray[np.bool_]:
    """Mark pairs that a document up to that year uses together, or that a claim joins, or that are akin."""
    known = window(matrices, None, until)
    met = (_uses_of(matrices, left, known) @ _uses_of(matrices, right, known).T).toarray() > 0
    claims = matrices.claims
    said = claims[left][:, right].toarray() + claims[right][:, left].toarray().T
    forms = [[matrices.form[int(end)] for end in ends] for ends in (left, right)]
    return np.asarray(met | (said > 0) | akin_pairs(*forms), bool)


def against_equals(
    matrices: Matrices, weight: Floats, left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Compare each pair's weight with the pairs of the same two frequency bins: ratio, and what was expected."""
    sums = np.outer(matrices.frequency[left], matrices.frequency[right]).astype(np.float64)
    share = weight / np.maximum(sums, 1.0)
    ratio, expected = np.zeros_like(share), np.zeros_like(share)
    bins = [_bins(matrices.frequency[ends]) for ends in (left, right)]
    for x in np.unique(bins[0]):
        for y in np.unique(bins[1]):
            cell = np.ix_(bins[0] == x, bins[1] == y)
            mean = float(share[cell].mean())
            ratio[cell] = share[cell] / mean if mean > 0 else 0.0
            expected[cell] = mean * sums[cell]
    return ratio, expected


def _bins(frequency: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(frequency):
        return np.zeros(0, np.int64)
    edges = np.quantile(frequency, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, frequency, side="left")


def _between(matrices: Matrices, evidence: Evidence, i: int, j: int, ends: tuple[int, int]) -> list[int]:
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
