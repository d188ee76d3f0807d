"""Root technologies and root industries: where others take their concepts from.

It promises every component beside the score, each against domains of about the same size, and an interval on
the rank. It refuses a score from fewer than four components, and from fewer than eight domains.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.kg.ids import mint
from silobridge.queries.bridges.record import Place
from silobridge.queries.bridges.sides import place
from silobridge.queries.dependence import shared_first
from silobridge.queries.flows import LEAST, Flows, flows, redrawn, turned
from silobridge.queries.helix.uses import Floats, Integers
from silobridge.queries.matrices import Matrices
from silobridge.queries.statistics import benjamini_hochberg

COMPONENTS = ("generality", "reach", "science", "persistence", "takers' generality", "growth", "uptake")
LEAST_DOMAINS = 8
LEAST_COMPONENTS = 4
FADE = 0.5
HOPS = 4
GROUPS = 3
GROUP_LEAST = 8
"""Domains are compared within thirds of size where each third holds so many, else all with all."""


@dataclass(frozen=True, slots=True)
class RootAsk:
    """Which domains to rank.

    Parameters
    ----------
    scheme, level
        Of the domains: a patent class for root technologies, an industry for root industries.
    least
        Domains with fewer dated documents are left out, and counted.
    top
        At most so many are listed.
    draws
        Bootstrap draws, and permutations of the takers.
    """

    scheme: str = "cpc"
    level: str = "class"
    least: int = 10
    top: int = 20
    draws: int = 100

    def __post_init__(self) -> None:
        if self.top < 1 or self.least < 1 or self.draws < 20:
            raise UsageError(
                "top and least count from 1, draws from 20", where=f"{self.top}, {self.least}, {self.draws}"
            )


@dataclass(frozen=True, slots=True)
class Component:
    """One side of being a root: the value, and how far above domains of about the same size (None: unknown)."""

    name: str
    value: float | None
    z: float | None


@dataclass(frozen=True, slots=True)
class Root:
    """A domain whose concepts others take up.

    `score` is the mean of the components' z; `rank_low` and `rank_high` bound its rank with 90 % confidence
    (documents drawn anew). `given` is the weight of later uses elsewhere of concepts it had first. `p` is how
    often a generality as high comes up when later documents of a year swap domains, `q` its false discovery
    rate. `forward` is what it gives directly and through others, per unit of its own (root industries).
    """

    domain: Place
    score: float
    rank_low: int
    rank_high: int
    components: tuple[Component, ...]
    given: float
    forward: float
    p: float
    q: float
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", mint("root", self.domain.id))


@dataclass(frozen=True, slots=True)
class Roots:
    """An answer: roots in order, how many domains were compared, and what to know."""

    title: str
    roots: tuple[Root, ...]
    tested: int
    position: int
    notes: tuple[str, ...] = ()


def roots(matrices: Matrices, ask: RootAsk | None = None) -> Roots:
    """Rank the domains of a level by how much, how widely and how long others take up what they had first.

    Raises
    ------
    NothingFound
        If fewer than eight domains have enough dated documents, or nothing flows between them.
    """
    ask = ask or RootAsk()
    stream, left_out = flows(matrices, ask.scheme, ask.level, ask.least)
    if len(stream.columns) < LEAST_DOMAINS or not stream.between.sum():
        raise NothingFound(
            f"{len(stream.columns)} domains with at least {ask.least} dated documents, and "
            f"{stream.between.sum():.0f} later uses between them",
            where=f"{ask.scheme} {ask.level}",
            expected=f"at least {LEAST_DOMAINS} domains with something between them",
            hint="ask for a finer level or fewer documents, or read more in",
        )
    extra = _steady(matrices, stream)
    values = _components(stream, extra)
    z, score = standardised(values, stream.size)
    ranks, chance = [], []
    for draw in range(ask.draws):
        rng = np.random.default_rng([7, draw])
        again = standardised(_components(redrawn(stream, rng), extra), stream.size)[1]
        ranks.append(_rank(again))
        chance.append(generality(turned(stream, rng).between))
    low, high = np.percentile(np.nan_to_num(np.array(ranks), nan=len(score)), [5, 95], axis=0)
    p = (1 + (np.array(chance) >= values[:, 0] - 1e-12).sum(0)) / (ask.draws + 1)
    p = np.where(np.isnan(values[:, 0]), 1.0, p)
    q, forward = benjamini_hochberg(p), forward_linkage(stream.all)
    known = np.flatnonzero(~np.isnan(score))
    order = known[np.lexsort((stream.columns[known], -score[known]))][: ask.top]
    told = tuple(
        Root(
            place(matrices, matrices.domain[int(stream.columns[i])], int(stream.size[i])), float(score[i]),
            int(np.floor(low[i])), int(np.ceil(high[i])),
            tuple(Component(n, _or_none(values[i, k]), _or_none(z[i, k])) for k, n in enumerate(COMPONENTS)),
            float(stream.between[i].sum()), float(forward[i]), float(p[i]), float(q[i]),
        )
        for i in order
    )  # fmt: skip
    what = "Root industries" if str(matrices.layer[stream.columns[0]]) == "industry" else "Root technologies"
    notes = (
        "A domain is a concept's origin where it stands in the documents of the first year that use it; common "
        "concepts are left out. What flows is words taken up, not proof of influence.",
        "Each z compares with the third of the domains nearest in size, or with all where there are fewer than 24.",
        *((f"{left_out} domains with fewer than {ask.least} dated documents were left out.",) if left_out else ()),
        *((f"{len(score) - len(known)} domains have fewer than {LEAST_COMPONENTS} components and no score.",)
          if len(known) < len(score) else ()),
    )  # fmt: skip
    return Roots(f"{what} ({ask.scheme} {ask.level})", told, len(known), matrices.position, notes)


def generality(flow: Floats) -> Floats:
    """Return N ÷ (N − 1) · (1 − Σ share²) of each row's takers (Hall 2005); at most 1; NaN where N < 5.

    Examples
    --------
    >>> generality(np.array([[0.0, 3.0, 3.0], [6.0, 0.0, 0.0], [1.0, 1.0, 0.0]])).round(4).tolist()
    [0.6, 0.0, nan]
    """
    total = flow.sum(1)
    share = flow / np.maximum(total, 1e-12)[:, None]
    known = total >= LEAST
    raw = total / np.where(known, total - 1, 1) * (1 - (share**2).sum(1))
    return np.asarray(np.where(known, np.clip(raw, 0, 1), np.nan), np.float64)


def reach(flow: Floats, home: Floats) -> Floats:
    """Return how many industries a domain reaches in up to four hops, each hop counting half of the one before.

    Σ over industries of 1 − Π over hops (1 − ½^hop · P(industry | hop)); `home` holds P(industry | domain).

    Examples
    --------
    >>> reach(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [1.5, 1.0]
    """
    step = flow / np.maximum(flow.sum(1, keepdims=True), 1e-12)
    missed, at = np.ones(home.shape), home
    for hop in range(HOPS):
        missed = missed * (1 - FADE**hop * np.clip(at, 0, 1))
        at = step @ at
    return np.asarray((1 - missed).sum(1), np.float64)


def forward_linkage(flow: Floats) -> Floats:
    """Return what each domain gives directly and through others: row sums of (I − A)⁻¹ − 1.

    A is the flow over all that its taker takes, its own included, damped by a tenth so that the series ends.

    Examples
    --------
    >>> forward_linkage(np.array([[0.0, 5.0], [0.0, 5.0]])).round(3).tolist()
    [0.818, 0.818]
    """
    share = 0.9 * flow / np.maximum(flow.sum(0, keepdims=True), 1e-12)
    return np.asarray(np.linalg.inv(np.eye(len(flow)) - share).sum(1) - 1, np.float64)


def standardised(values: Floats, size: Integers) -> tuple[Floats, Floats]:
    """Return z within thirds of size (all together below 24 domains), and their mean where four are known."""
    groups = GROUPS if len(size) >= GROUPS * GROUP_LEAST else 1
    group = np.argsort(np.argsort(size, kind="stable"), kind="stable") * groups // max(1, len(size))
    z = np.full(values.shape, np.nan)
    for one in np.unique(group):
        here = values[group == one]
        known = (~np.isnan(here)).sum(0)
        for k in np.flatnonzero(known > 1):
            spread = float(np.nanstd(here[:, k]))
            # What is the same for all tells none apart.
            if spread > 1e-9:
                z[group == one, k] = (here[:, k] - np.nanmean(here[:, k])) / spread
    enough = (~np.isnan(z)).sum(1) >= LEAST_COMPONENTS
    score = np.where(enough, np.nansum(z, 1) / np.maximum((~np.isnan(z)).sum(1), 1), np.nan)
    return z, np.asarray(score, np.float64)


def _components(stream: Flows, extra: tuple[Floats, Floats]) -> Floats:
    industries, science = extra
    wide = generality(stream.between)
    share = stream.between / np.maximum(stream.between.sum(1, keepdims=True), 1e-12)
    takers = np.where(np.isnan(wide), np.nan, share @ np.nan_to_num(wide))
    uptake = np.log((stream.between.sum(1) + 1) / stream.size)
    return np.column_stack(
        [wide, reach(stream.between, industries), science, stream.lag, takers, stream.growth, uptake]
    )


def _steady(matrices: Matrices, stream: Flows) -> tuple[Floats, Floats]:
    """Return P(industry division | domain), and the share of its documents that use what papers had first."""
    divisions = np.flatnonzero((matrices.scheme == "nace") & (matrices.level == "division"))
    member = matrices.stands[:, divisions].astype(np.float64)
    total = np.maximum(np.asarray(stream.member.sum(0)).ravel(), 1)
    industries: Any = (stream.member.T @ member).toarray() / total[:, None]
    marked: NDArray[np.bool_] = shared_first(matrices)[0]
    science = np.asarray(stream.member.T @ marked.astype(np.float64)).ravel() / total
    return np.asarray(industries, np.float64), science


def _rank(score: Floats) -> Floats:
    """Rank from 1, the highest first; NaN where there is no score."""
    order = np.lexsort((np.arange(len(score)), -np.nan_to_num(score, nan=-np.inf)))
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    return np.where(np.isnan(score), np.nan, rank)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
