"""Loops from science to patents to industry and back, tested against dates turned round at random.

It promises, for every concept, the legs with observed and expected, the share of ways that come back, and
how often chance does as well: each layer's uses of the concept are turned round in that layer's own time,
which keeps growth, bursts and frequency, and leaves only the order between layers to chance. It refuses to
call a loop what is merely old and frequent.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.sides import term
from silobridge.queries.helix.chains import LEGS, LEVELS, chains, closure, longest
from silobridge.queries.helix.record import Helices, Helix, HelixAsk, Test
from silobridge.queries.helix.steps import legs, notes
from silobridge.queries.helix.strength import Strength, strengths
from silobridge.queries.helix.uses import Floats, Integers, Uses, uses
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

FALSE = 0.05
ALONE = (
    "One concept was asked for: p is its own, and no false discovery rate is held. Ask for all to hold one."
)
ENOUGH = 10
"""After so many random ties or wins a p-value is known well enough (Besag and Clifford 1991)."""

ROWS = 2048
"""So many concepts × shifts are worked on at a time."""


@dataclass(frozen=True)
class Tested:
    """What the tests found, by concept of `laid`; levels and legs are the last axis where there is one."""

    laid: Uses
    levels: Floats
    pairs: Floats
    expected_levels: Floats
    expected_pairs: Floats
    p: Floats
    q: Floats
    shifts: Integers
    able: NDArray[np.bool_]


def measure(laid: Uses, ask: HelixAsk) -> Tested:
    """Count chains and pairs, and test each level by turning the dates round.

    Sequential Monte Carlo: ask.shifts turns for every concept, ten times as many, and so on up to ask.most,
    for those that chance has matched fewer than ten times at some level. O(concepts × years × shifts).
    """
    size = len(laid.concept)
    everyone = np.arange(size)
    levels, pairs = np.zeros((size, len(LEVELS))), np.zeros((size, len(LEGS)))
    for some in _parts(everyone, ROWS):
        found = chains(laid.counts(some)[0], ask.lag)
        levels[some], pairs[some] = found.levels, found.pairs
    enough = laid.documents >= ask.minimum
    able = np.column_stack([enough[0] & enough[1], *[enough[0] & enough[1] & enough[2]] * (len(LEVELS) - 1)])
    wins, sums, pair_sums = np.zeros(levels.shape), np.zeros(levels.shape), np.zeros(pairs.shape)
    shifts = np.zeros(size, np.int64)
    live, upto = everyone, ask.shifts
    while len(live) and shifts[live[0]] < ask.most:
        numbers = range(int(shifts[live[0]]) + 1, upto + 1)
        for some in _parts(live, max(1, ROWS // len(numbers))):
            _turn(laid, some, numbers, ask.lag, (levels, wins, sums, pair_sums))
        shifts[live] = upto
        open_still = able & (levels > 0) & (wins < ENOUGH)
        live, upto = live[open_still[live].any(1)], min(upto * 10, ask.most)
    p = np.where(levels > 0, (wins + 1) / (shifts[:, None] + 1), 1.0)
    q = np.ones(p.shape)
    for level in range(len(LEVELS)):
        q[able[:, level], level] = benjamini_hochberg(p[able[:, level], level])
    turned = np.maximum(shifts, 1)[:, None]
    return Tested(laid, levels, pairs, sums / turned, pair_sums / turned, p, q, shifts, able)


def _parts(chosen: Integers, size: int) -> list[Integers]:
    return [chosen[at : at + size] for at in range(0, len(chosen), size)]


def _turn(
    laid: Uses, some: Integers, numbers: range, lag: int, books: tuple[Floats, Floats, Floats, Floats]
) -> None:
    """Add the chains of some concepts under some shifts to the books."""
    levels, wins, sums, pair_sums = books
    for at in range(0, len(numbers), ROWS):
        found = chains(laid.counts(some, numbers[at : at + ROWS]), lag)
        wins[some] += (found.levels >= levels[some]).sum(0)
        sums[some] += found.levels.sum(0)
        pair_sums[some] += found.pairs.sum(0)


def loops(matrices: Matrices, ask: HelixAsk | None = None) -> Helices:
    """Find the concepts that go round, the surest first.

    Raises
    ------
    NothingFound
        If no paper or no patent is dated, or all documents are of one year.
    """
    ask = ask or HelixAsk()
    tested = measure(uses(matrices, ask.minimum, years=(ask.since, ask.until)), ask)
    strength = strengths(tested.laid, tested.pairs, tested.expected_pairs)
    # The deepest level that holds comes first, then the level's own test.
    depth, reached, _ = standing = states(tested, ask.lag)
    best = np.where(depth > 0, tested.p[np.arange(len(depth)), np.maximum(depth - 1, 0)], 1.0)
    order = np.lexsort((tested.laid.concept, -strength.mean, best, -reached, -depth))
    told = tuple(_helix(matrices, (tested, strength, standing), int(i), ask) for i in order[: ask.top])
    counted = tuple(
        (
            level,
            int(tested.able[:, k].sum()),
            int((tested.able[:, k] & (tested.q[:, k] <= FALSE)).sum()),
        )
        for k, level in enumerate(LEVELS)
    )
    title = "Ways of concepts from science to patents to industry and back"
    return Helices(title, told, len(depth), matrices.position, counted, notes(matrices, tested.laid, ask))


def lineage(matrices: Matrices, concept: int, ask: HelixAsk | None = None) -> Helices:
    """Follow one concept through the layers; its q is its p, and it is never called sure.

    Who asks for one concept chose it: only the test of all concepts holds a false discovery rate.

    Raises
    ------
    NothingFound
        As `loops` does.
    """
    ask = ask or HelixAsk()
    laid = uses(matrices, 1, only=concept, years=(ask.since, ask.until))
    tested = measure(laid, HelixAsk(ask.lag, 1, ask.shifts, ask.most))
    strength = strengths(laid, tested.pairs, tested.expected_pairs)
    helix = _helix(matrices, (tested, strength, states(tested, ask.lag)), 0, ask)
    title = f"The way of “{helix.concept.label}” from science to patents to industry and back"
    told = (ALONE, *notes(matrices, laid, ask))
    return Helices(title, (replace(helix, sure=False),), 1, matrices.position, notes=told)


def states(tested: Tested, lag: int) -> tuple[Integers, Integers, Integers]:
    """Return by concept: the level held against chance (0 none … 4), the level reached, and full turns.

    Spiralling needs a closed loop that holds; closed needs its own test, so that at most one concept in twenty
    without any order is called closed or spiralling.
    """
    length = np.zeros(len(tested.laid.concept), np.int64)
    for some in _parts(np.arange(len(length)), ROWS):
        length[some] = longest(tested.laid.counts(some)[0], lag)
    reached = np.select([length >= 6, length >= 3, length == 2, length == 1], [4, 3, 2, 1], 0)
    holds = tested.able & (tested.p <= FALSE)
    state = np.select([holds[:, 2] & holds[:, 3], holds[:, 2], holds[:, 1], holds[:, 0]], [4, 3, 2, 1], 0)
    return np.asarray(state, np.int64), np.asarray(reached, np.int64), length // 3


def _helix(
    matrices: Matrices, found: tuple[Tested, Strength, tuple[Integers, ...]], at: int, ask: HelixAsk
) -> Helix:
    tested, strength, standing = found
    laid = tested.laid
    counts = laid.counts(np.array([at]))[0]
    state, reached, turns = (int(column[at]) for column in standing)
    closed, waiting = closure(counts, ask.lag)
    low, high = strength.interval(laid, at, ask.lag)
    tests = tuple(
        Test(
            level, float(tested.levels[at, k]), float(tested.expected_levels[at, k]), float(tested.p[at, k]),
            float(tested.q[at, k]), int(tested.shifts[at]),
        )
        for k, level in enumerate(LEVELS)
    )  # fmt: skip
    names = ("", *LEVELS)
    first = [laid.first + int(np.argmax(row > 0)) if row.any() else None for row in counts[0]]
    science, patent, industry = (int(n) for n in laid.documents[:, at])
    return Helix(
        term(matrices, int(laid.concept[at])),
        (science, patent, industry), (first[0], first[1], first[2]),
        legs(matrices, laid, at, (tested.pairs[at], tested.expected_pairs[at], strength.ratio[at]), ask.lag),
        float(strength.mean[at]), low, high, float(closed[0]), float(waiting[0]), turns, names[reached],
        names[state], bool(state and tested.q[at, state - 1] <= FALSE), tests,
    )  # fmt: skip
