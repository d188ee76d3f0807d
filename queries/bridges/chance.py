"""The chance that a predicted link is made, learnt from the graph's own past.

It promises a probability that was fitted on what an earlier cut did not know, corrected to the base rate of the
latest years, and checked on a later slice, with the check told. It refuses to give one where the past holds too
few links to learn from.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.characteristic import Floats
from silobridge.queries.bridges.predicted import Pairs, pair_table
from silobridge.queries.bridges.record import Ask
from silobridge.queries.matrices import Matrices

HORIZON = 3
"""Years within which a link counts as made."""

LEAST_MADE = 30
"""So many links must have been made in the years that teach."""

LEAST_YEAR = 0.005
"""The last year of a graph is the latest that holds this share of its dated documents: stragglers are no year."""

RIDGE = 1e-3
STEPS = 60


@dataclass(frozen=True)
class Slice:
    """The open pairs at a cut: what could be known then, and whether a document has used both since."""

    cut: int
    terms: Floats
    made: NDArray[np.bool_]


@dataclass(frozen=True)
class Check:
    """How well probabilities held on a later slice: pairs, links made, links foretold, slope and mean error.

    `slope` is that of the log odds of what happened on the log odds foretold (1 is right, below 1 too sure);
    `error` is the mean distance of foretold and actual shares over ten groups of equal size, in units of the base
    rate.
    """

    pairs: int
    made: int
    foretold: float
    slope: float
    error: float


@dataclass(frozen=True)
class Learnt:
    """A model of the chance of a link, or why there is none."""

    horizon: int
    notes: tuple[str, ...]
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    prior: Floats = field(default_factory=lambda: np.zeros(0))
    base: float = 0.0
    check: Check | None = None

    @property
    def known(self) -> bool:
        """Whether the past could teach anything."""
        return bool(len(self.weights))

    def chances(self, matrices: Matrices, pairs: Pairs, at: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return, for some open pairs, the chance of a link and the chance that frequencies alone give it.

        Both are corrected so that their means over all open pairs are the base rate of the latest years.
        """
        every = terms(matrices, pairs, np.argwhere(pairs.open))
        some = terms(matrices, pairs, at)
        told = []
        for weights, width in ((self.weights, every.shape[1]), (self.prior, PRIOR)):
            shift = _shift(every[:, :width] @ weights, self.base)
            told.append(_logistic(some[:, :width] @ weights + shift))
        return told[0], told[1]


PRIOR = 4
"""The first terms are those of frequencies alone."""


def terms(matrices: Matrices, pairs: Pairs, at: NDArray[np.int64]) -> Floats:
    """Return what a pair's chance is learnt from, a row each: frequencies first, then what lies between."""
    i, j = at.T
    u, v = (np.log(np.maximum(matrices.frequency[ends], 1)) for ends in (pairs.left[i], pairs.right[j]))
    meeting, ratio = pairs.meeting[i, j], pairs.ratio[i, j]
    return np.column_stack(
        [
            np.ones(len(at)),
            u,
            v,
            u * v,
            np.log1p(meeting),
            meeting > 1,
            np.log1p(ratio),
            np.minimum(ratio, 10.0),
        ]
    ).astype(np.float64)


@dataclass(frozen=True)
class Past:
    """A graph as its cuts see it."""

    matrices: Matrices
    ask: Ask
    horizon: int = HORIZON

    @cached_property
    def last(self) -> int:
        """The latest year that counts, 0 where no document is dated."""
        year = self.matrices.year[self.matrices.year > 0]
        if self.ask.until is not None:
            year = year[year <= self.ask.until]
        if not len(year):
            return 0
        years, counts = np.unique(year, return_counts=True)
        enough = years[counts >= LEAST_YEAR * len(year)]
        return int(enough.max())

    def slice(self, back: int) -> Slice | None:
        """Look back so many horizons: the open pairs then, and which were linked within the next horizon.

        None where a side had no document then, or nothing was open.
        """
        cut = self.last - back * self.horizon
        known = before(self.matrices, cut)
        try:
            pairs = pair_table(known, replace(self.ask, until=None, since=None, unproven=False))
        except NothingFound:
            return None
        at = np.argwhere(pairs.open)
        if not len(at):
            return None
        year = self.matrices.year
        later = self.matrices.used[np.flatnonzero((year > cut) & (year <= cut + self.horizon))]
        made = (later[:, pairs.left].T @ later[:, pairs.right]).toarray() > 0
        return Slice(cut, terms(known, pairs, at), np.asarray(made[tuple(at.T)], bool))


def before(matrices: Matrices, cut: int) -> Matrices:
    """Return the matrices of the documents dated up to a year, without claims, which bear no date.

    Concepts keep their columns; those nobody had used then have no document.
    """
    return matrices.once(f"before {cut}", lambda: _before(matrices, cut))


def _before(matrices: Matrices, cut: int) -> Matrices:
    rows = np.flatnonzero((matrices.year > 0) & (matrices.year <= cut))
    from scipy.sparse import csr_matrix

    return replace(
        matrices, document=matrices.document.take(rows), doc=matrices.doc[rows], year=matrices.year[rows],
        kind=matrices.kind[rows], uses=matrices.uses[rows], stands=matrices.stands[rows],
        cites=matrices.cites[rows][:, rows], claims=csr_matrix(matrices.claims.shape, dtype=matrices.claims.dtype),
    )  # fmt: skip


def learn(matrices: Matrices, ask: Ask, horizon: int = HORIZON) -> Learnt:
    """Learn the chance of a link between two domains' home concepts from the latest full horizon.

    A logistic regression on frequencies and on what lies between (Platt 1999 on several scores at once), fitted
    on the open pairs at the last cut a horizon ago, all of them, so that no sampling has to be undone. Fitted
    likewise a horizon earlier, it is checked on the last one.
    """
    past = Past(matrices, ask, horizon)
    latest = past.slice(1) if past.last else None
    made = int(latest.made.sum()) if latest else 0
    if latest is None or made < LEAST_MADE:
        return Learnt(
            horizon,
            (
                f"No probabilities: {made} links between these domains were made in the last {horizon} years, and "
                f"fewer than {LEAST_MADE} teach nothing. Only the discovery ranking is given.",
            ),
        )
    base = float(latest.made.mean())
    weights, prior = fit(latest.terms, latest.made), fit(latest.terms[:, :PRIOR], latest.made)
    earlier = past.slice(2)
    enough = earlier is not None and int(earlier.made.sum()) >= LEAST_MADE
    check = checked(earlier, latest) if earlier is not None and enough else None
    return Learnt(horizon, _notes(latest, horizon, base, check), weights, prior, base, check)


def checked(earlier: Slice, later: Slice) -> Check:
    """Fit on the earlier slice, correct to its base rate, and hold against the later one."""
    weights = fit(earlier.terms, earlier.made)
    raw = later.terms @ weights
    told = _logistic(raw + _shift(raw, float(earlier.made.mean())))
    slope = fit(np.column_stack([np.ones(len(told)), _logit(told)]), later.made)[1]
    return Check(
        len(told), int(later.made.sum()), float(told.sum()), float(slope), expected_error(told, later.made)
    )


def expected_error(told: Floats, made: NDArray[np.bool_], groups: int = 10) -> float:
    """Return the expected calibration error over groups of equal size, in units of the base rate.

    Examples
    --------
    >>> made = np.array([True, False, False, False] * 10)
    >>> expected_error(np.full(40, 0.25), made, 1), expected_error(np.full(40, 0.5), made, 1)
    (0.0, 1.0)
    """
    order = np.argsort(told, kind="stable")
    away = [
        abs(float(told[some].mean()) - float(made[some].mean())) * len(some)
        for some in np.array_split(order, groups)
        if len(some)
    ]
    return sum(away) / len(told) / max(float(made.mean()), 1e-12)


def fit(x: Floats, y: NDArray[np.bool_]) -> Floats:
    """Fit a logistic regression by Newton steps, halved where they lose likelihood, with a small ridge.

    Examples
    --------
    >>> x = np.column_stack([np.ones(8), [0, 0, 0, 0, 1, 1, 1, 1]])
    >>> fit(x, np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)).round(2).tolist()
    [-1.1, 2.19]
    """
    weights = np.zeros(x.shape[1])
    penalty = RIDGE * np.r_[0.0, np.ones(x.shape[1] - 1)]

    def loss(at: Floats) -> tuple[float, Floats]:
        """Return the negative log likelihood, penalised, and the log odds."""
        raw = x @ at
        return float(np.logaddexp(0, raw).sum() - raw[y].sum() + 0.5 * (penalty * at**2).sum()), raw

    value, raw = loss(weights)
    for _ in range(STEPS):
        p = _logistic(raw)
        slope = x.T @ (y - p) - penalty * weights
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + np.diag(penalty + 1e-9), slope)
        scale = 1.0
        better, ahead = loss(weights + step)
        while better > value and scale > 1e-6:
            scale /= 2
            better, ahead = loss(weights + scale * step)
        if value - better < 1e-9 * max(abs(value), 1.0):
            break
        weights, value, raw = weights + scale * step, better, ahead
    return weights


def _shift(raw: Floats, base: float) -> float:
    """Return what to add to log odds so that the mean probability is the base rate."""
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(_logistic(raw + middle).mean()) < base else (low, middle)
    return (low + high) / 2


def _logistic(raw: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(raw, -40, 40))), np.float64)


def _logit(p: Floats) -> Floats:
    sure = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(sure / (1 - sure)), np.float64)


def _notes(latest: Slice, horizon: int, base: float, check: Check | None) -> tuple[str, ...]:
    first = (
        f"Probabilities: the chance that a document uses both within {horizon} years, learnt from the "
        f"{len(latest.made):,} pairs open at the end of {latest.cut}, of which {int(latest.made.sum())} were linked by "
        f"the end of {latest.cut + horizon} (base rate {base:.2g})."
    )
    if check is None:
        return first, "They could not be checked on a later slice: the years before hold too few links."
    return first, (
        f"Checked the same way {horizon} years earlier: {check.foretold:.0f} links foretold, {check.made} made; slope "
        f"{check.slope:.2f} (1 is right, less is too sure), mean error {check.error:.2f} of the base rate."
    )
