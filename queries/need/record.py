"""What a need finds, as values: methods, fields, documents and who is behind them.

It promises identifiers that depend on the need's words and on what was found alone, so that a verdict still
fits tomorrow. It refuses to hold matrices or connections.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from silobridge.kg.errors import UsageError
from silobridge.kg.ids import mint
from silobridge.queries.bridges.record import Place, Term
from silobridge.queries.evidence import Quote


@dataclass(frozen=True, slots=True)
class NeedAsk:
    """What is asked: a problem in plain words, in whose field, how many answers of each sort, with which encoder."""

    text: str
    fields: tuple[str, ...] = ()
    top: int = 10
    encoder: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise UsageError(
                "the need is empty", expected="a problem in plain words, e.g. 'our battery packs overheat'"
            )
        if self.top < 1:
            raise UsageError("top counts from 1", where=str(self.top))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an explanation: what it shows, and the sentence that shows it."""

    shows: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Method:
    """Something one can use, from outside the asker's field, and why it came up.

    `tried` counts documents of the asker's own field that use it, `elsewhere` those outside; `through` is
    the concept by which the need and the method meet.
    """

    need: str
    concept: Term
    sort: str
    score: float
    tried: int
    elsewhere: int
    fields: tuple[Place, ...]
    through: Term
    steps: tuple[Step, ...] = ()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", finding(self.need, self.concept.form))


@dataclass(frozen=True, slots=True)
class Found:
    """A document outside the asker's field, with what it shares with the need."""

    id: str
    title: str
    kind: str
    year: int | None
    score: float
    field: Place | None
    shares: tuple[str, ...]
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class FieldFound:
    """A field that knows something: how many of the best documents stand in it."""

    place: Place
    score: float
    documents: int


@dataclass(frozen=True, slots=True)
class AgentFound:
    """A person or organisation behind documents that answer the need."""

    id: str
    name: str
    sort: str
    country: str
    score: float
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a need found; `understood` are the concepts it names, `unknown` words that no document has."""

    need: str
    understood: tuple[Term, ...]
    unknown: tuple[str, ...]
    own: tuple[Place, ...]
    stated: bool
    methods: tuple[Method, ...]
    fields: tuple[FieldFound, ...]
    documents: tuple[Found, ...]
    agents: tuple[AgentFound, ...]
    position: int
    notes: tuple[str, ...] = ()


def finding(need: str, form: str) -> str:
    """Return the identifier of what a need found: the same for the same words, blanks and case aside.

    Examples
    --------
    >>> finding("Packs  overheat", "heat pipe") == finding("packs overheat", "heat pipe")
    True
    """
    return mint("bridge", "need", " ".join(need.casefold().split()), form)


def spread(fields: Sequence[int], scores: Sequence[float], top: int, weight: float = 0.7) -> list[int]:
    """Choose answers that are good and from different fields, and return their places in order.

    Maximal marginal relevance (Carbonell and Goldstein 1998): weight · score − (1 − weight) · nearness, where
    nearness is 1 − ½ⁿ for n answers chosen already from the same field; scores are divided by the highest.

    Examples
    --------
    >>> spread([1, 1, 2], [1.0, 0.9, 0.8], 2)
    [0, 2]
    """
    high = max(scores, default=0.0) or 1.0
    chosen: list[int] = []
    taken: dict[int, int] = {}
    left = set(range(len(scores)))
    while left and len(chosen) < top:
        nearness = {at: 1 - 0.5 ** taken.get(fields[at], 0) for at in left}
        at = min(left, key=lambda at: (-(weight * scores[at] / high - (1 - weight) * nearness[at]), at))
        left.remove(at)
        chosen.append(at)
        taken[fields[at]] = taken.get(fields[at], 0) + 1
    return chosen
