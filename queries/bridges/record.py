"""What a bridge is, as a value: two ends, how much, how much by chance, and how sure.

It promises records that read the same in every report and identifiers that depend on what is bridged
alone. It refuses to hold matrices or connections.
"""

from dataclasses import dataclass, field
from typing import Literal

from silobridge.kg.errors import UsageError
from silobridge.kg.ids import mint

Kind = Literal["concept", "link", "predicted"]

MEANING: dict[str, str] = {
    "concept": "one concept, characteristic of both sides: used more often in each than chance explains",
    "link": "two concepts, one at home on each side, met in the same documents more often than by chance",
    "predicted": "two concepts, one at home on each side, never used together and without a claim between "
    "them, that meet through more intermediate concepts than their degrees into every domain explain",
}


UNPROVEN = (
    "Unproven: nothing passed the tests. What comes closest is listed by the lower bound of lift; q says how "
    "easily chance would do the same."
)
"""The note of an answer to an `Ask` that is `unproven`."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of two domains.

    Parameters
    ----------
    source, target
        Identifiers of two domains, of any taxonomy.
    since, until
        First and last year that counts; documents without a year count only where neither is given.
    top
        At most so many bridges of each kind.
    minimum
        A bridge needs so many documents on each side (a link: so many documents with both concepts).
    unproven
        List what comes closest although it passes no test: for graphs too small to prove anything.
    rank
        How predicted links are ordered: by the lower bound of lift, which favours the surprising, or by the
        calibrated chance of a link, which favours the probable.
    """

    source: str
    target: str
    since: int | None = None
    until: int | None = None
    top: int = 20
    minimum: int = 2
    unproven: bool = False
    rank: Literal["discovery", "forecast"] = "discovery"

    def __post_init__(self) -> None:
        if self.top < 1 or self.minimum < 1:
            raise UsageError("top and minimum count from 1", where=f"top {self.top}, minimum {self.minimum}")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise UsageError(
                "the first year lies after the last", where=f"since {self.since}, until {self.until}"
            )


@dataclass(frozen=True, slots=True)
class Term:
    """A concept as a report names it."""

    id: str
    form: str
    label: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A domain as a report names it, with the number of its documents that were looked at."""

    id: str
    label: str
    layer: str
    documents: int


@dataclass(frozen=True, slots=True)
class Side:
    """How often one side's documents use a concept, against a background.

    `background` says which: the side's own layer, or both layers at equal weight.
    """

    observed: int
    expected: float
    lift: float
    low: float
    high: float
    p: float
    background: str = "own layer"


@dataclass(frozen=True, slots=True)
class Bridge:
    """A link or a node between two domains.

    `observed` and `expected` are documents for a concept (on its weaker side) and for a link, and path
    weight for a predicted bridge. `lift` is observed ÷ expected, shrunken; `low` and `high` bound it
    with 90 % credibility; `score` is what the list is ordered by: the lower bound, for a shared concept
    times the belief that it means the same on both sides. `agreement` is how far the company it keeps
    there is the same, 0 to 1. `probability` is the calibrated chance that a predicted link is made within
    the horizon the answer's notes name, `prior` what frequencies alone let expect; both are None where the
    graph's past cannot teach them. `ranks` are its places by lift and by probability. `common` counts the
    concepts both ends of a predicted link met, `common_expected` how many their degrees into every domain
    explain. `source_documents` and `target_documents` count the documents of each domain that use its end.
    `variants` are near-duplicates told under this name.
    """

    kind: Kind
    source: Term
    target: Term
    source_domain: Place
    target_domain: Place
    observed: float
    expected: float
    lift: float
    low: float
    high: float
    p: float
    q: float
    source_documents: int
    target_documents: int
    score: float
    sides: tuple[Side, ...] = ()
    intermediates: tuple[Term, ...] = ()
    variants: tuple[str, ...] = ()
    agreement: float | None = None
    probability: float | None = None
    prior: float | None = None
    ranks: tuple[int, ...] = ()
    common: int = 0
    common_expected: float = 0.0
    id: str = field(init=False)

    def __post_init__(self) -> None:
        ends = (self.source_domain.id, self.source.form, self.target.form, self.target_domain.id)
        object.__setattr__(self, "id", mint("bridge", self.kind, *ends))


@dataclass(frozen=True, slots=True)
class Bridges:
    """An answer: bridges in order, what they were chosen from, and what the reader should know.

    `tested` is how many candidates the false discovery rate was held over.
    """

    title: str
    bridges: tuple[Bridge, ...]
    tested: int
    position: int
    notes: tuple[str, ...] = ()
