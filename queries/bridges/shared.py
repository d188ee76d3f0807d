"""From concepts that passed on both sides to the bridges that are told.

It promises the same order, grouping and belief for one pair of domains and for all pairs. It refuses to
tell one thing twice: near-duplicate terms are one bridge under the longest name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from silobridge.queries.bridges.agreement import agreements, trust
from silobridge.queries.bridges.characteristic import Rows
from silobridge.queries.bridges.grouping import akin, group, together
from silobridge.queries.bridges.record import Bridge, Place, Side
from silobridge.queries.bridges.sides import term
from silobridge.queries.matrices import Matrices


@dataclass(frozen=True)
class Candidate:
    """A concept characteristic of two domains, with the documents of either that use it."""

    concept: int
    q: float
    ends: tuple[Place, Place]
    both: tuple[Side, Side]
    rows: tuple[Rows, Rows]

    @property
    def low(self) -> float:
        """The smaller of the two lower bounds of lift."""
        return min(side.low for side in self.both)


def considered(top: int) -> int:
    """Say how many candidates are worth a closer look for so many bridges."""
    return 4 * top + 40


def choose(
    matrices: Matrices, candidates: Sequence[Candidate], top: int, per_pair: int | None = None
) -> tuple[Bridge, ...]:
    """Order candidates by the lower bound of lift times the belief that both sides mean the same.

    Parameters
    ----------
    per_pair
        At most so many bridges between the same two domains, where given.
    """
    terms = [(one.concept, *one.rows) for one in candidates]
    same = agreements(matrices, terms)
    score = [
        one.low * trust(matrices.form[one.concept], float(agreement))
        for one, agreement in zip(candidates, same, strict=True)
    ]
    order = sorted(
        range(len(candidates)), key=lambda at: (-score[at], _fewest(candidates[at]), _name(candidates[at]))
    )

    def alike(one: int, other: int) -> bool:
        """Say whether two candidates are one finding."""
        c, d = candidates[one].concept, candidates[other].concept
        return c == d or (akin(matrices.form[c], matrices.form[d]) and together(matrices, c, d))

    groups = group(
        order,
        alike,
        lambda at: len(matrices.form[candidates[at].concept]),
        lambda at: min(side.observed for side in candidates[at].both),
        len(order),
    )
    told: list[Bridge] = []
    times: dict[tuple[str, str], int] = {}
    for at, rest in groups:
        one = candidates[at]
        pair = (one.ends[0].id, one.ends[1].id)
        times[pair] = times.get(pair, 0) + 1
        if len(told) < top and (per_pair is None or times[pair] <= per_pair):
            variants = sorted({matrices.label[candidates[other].concept] for other in rest})
            told.append(_bridge(matrices, one, score[at], float(same[at]), tuple(variants)))
    return tuple(sorted(told, key=lambda bridge: (-bridge.score, bridge.source.form, bridge.id)))


def _fewest(one: Candidate) -> int:
    return -min(side.observed for side in one.both)


def _name(one: Candidate) -> tuple[int, str, str]:
    return one.concept, one.ends[0].id, one.ends[1].id


def _bridge(
    matrices: Matrices, one: Candidate, score: float, agreement: float, variants: tuple[str, ...]
) -> Bridge:
    weaker = min(one.both, key=lambda side: side.low)
    name = term(matrices, one.concept)
    return Bridge(
        "concept", name, name, *one.ends, weaker.observed, weaker.expected, weaker.lift, weaker.low,
        weaker.high, max(side.p for side in one.both), one.q, one.both[0].observed, one.both[1].observed,
        score, one.both, (), tuple(label for label in variants if label != name.label), agreement,
    )  # fmt: skip


def users(matrices: Matrices, concept: int, rows: Rows) -> Rows:
    """Return those of the documents that use the concept."""
    return np.intersect1d(matrices.rows_using(concept), rows, assume_unique=True)
