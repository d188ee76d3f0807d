"""What a helix is, as a value: legs, closure, state, and how often chance does as well.

It promises records that read the same in every report. It refuses to hold matrices or connections.
"""

from dataclasses import dataclass, field

from silobridge.kg.errors import UsageError
from silobridge.kg.ids import mint
from silobridge.queries.bridges.record import Term

MEANING = {
    "": "no step, or none that dates turned round at random would not show as often",
    "open": "papers, then patents",
    "half": "papers, then patents, then industry",
    "closed": "papers, patents, industry, and papers again",
    "spiralling": "round twice or more",
}


@dataclass(frozen=True, slots=True)
class HelixAsk:
    """What counts as a loop.

    Parameters
    ----------
    lag
        A step takes at least one and at most so many years.
    minimum
        A concept is tested from so many dated papers and patents (and industry documents, for a loop) on.
    shifts, most
        Every test turns the dates round at least `shifts` times; where chance has done as well fewer than ten
        times, on up to `most`.
    top
        At most so many are listed.
    since, until
        First and last year that counts.
    """

    lag: int = 10
    minimum: int = 2
    shifts: int = 200
    most: int = 20_000
    top: int = 20
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if min(self.lag, self.minimum, self.top) < 1:
            raise UsageError(
                "lag, minimum and top count from 1", where=f"{self.lag}, {self.minimum}, {self.top}"
            )
        if not 20 <= self.shifts <= self.most <= 1_000_000:
            raise UsageError(
                "too few or too many turns of the dates", where=f"shifts {self.shifts}, most {self.most}",
                expected="20 ≤ shifts ≤ most ≤ 1,000,000",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of the round, from documents of one layer to later ones of another.

    `pairs` are ordered pairs at most `lag` years apart, `expected` how many the turned dates show; `strength` is
    the first over the second, shrunken towards 1 by how few documents there are. `cited` counts the pairs of
    which the later document cites the earlier. `first_lag` is the years between the first uses, `middle_lag`
    between the middle years of use; negative where the second layer came first, None where one never came.
    """

    source: str
    target: str
    pairs: int
    expected: float
    strength: float
    cited: int
    first_lag: int | None
    middle_lag: float | None


@dataclass(frozen=True, slots=True)
class Test:
    """Chains of one level, how many the turned dates show, and how often they show at least as many."""

    level: str
    chains: float
    expected: float
    p: float
    q: float
    shifts: int


@dataclass(frozen=True, slots=True)
class Helix:
    """One concept's way through the layers.

    `reached` is the deepest level its dated documents show; `state` the deepest that dates turned round at
    random show in at most one of twenty tries; `sure` says that the false discovery rate over all concepts
    tested is at most 5 %. `strength` is the geometric mean of the three legs', `low` and `high` bound it with
    90 % confidence (documents drawn anew). `closure` is the share of chains S→P→I that papers follow within the
    lag, `waiting` the share that nothing follows yet and whose time is not over. `turns` counts full rounds of
    the longest chain.
    """

    concept: Term
    documents: tuple[int, int, int]
    first: tuple[int | None, int | None, int | None]
    legs: tuple[Leg, ...]
    strength: float
    low: float
    high: float
    closure: float
    waiting: float
    turns: int
    reached: str
    state: str
    sure: bool
    tests: tuple[Test, ...]
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", mint("helix", self.concept.form))


@dataclass(frozen=True, slots=True)
class Helices:
    """An answer: concepts in order, how many were tested at each level and held, and what to know.

    `levels` has a row a level: its name, concepts tested, and how many hold at q ≤ 5 %.
    """

    title: str
    helices: tuple[Helix, ...]
    tested: int
    position: int
    levels: tuple[tuple[str, int, int], ...] = ()
    notes: tuple[str, ...] = ()
