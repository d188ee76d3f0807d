"""What an extractor hands back for one document, in the order of the ledger's columns.

It promises plain tuples whose fields stand in the order of `kg.ledger.schema.OBSERVATIONS` (without
`doc`), so that a column is built by position. It refuses anything that depends on another document.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from silobridge.kg.model import Span


class Item(NamedTuple):
    """One stored text to read, with the spans of its parts (`kg.model.stored_text`) and its `kg.model.Kind`."""

    text: str
    spans: tuple[Span, ...]
    kind: str


class Sentence(NamedTuple):
    """A sentence's place in the stored text; its number is its position in `Extraction.sentences`."""

    start: int
    stop: int


class Mention(NamedTuple):
    """A span that names something. `how` is chunk, sequence, nested, abbreviation, ner or keyword."""

    sentence: int
    start: int
    stop: int
    form: str
    surface: str
    type: str
    how: str


class Abbreviation(NamedTuple):
    """A short form and the long form (both as written) that the document gives for it."""

    sentence: int
    short: str
    long: str
    how: str


class Evidence(NamedTuple):
    """A sentence that says subject–predicate–object; subject and object are forms of its mentions.

    `modality` is stated, done or planned; `failure` is empty or says how what was tried fell short, and
    then the reason's place is that of the words that give it (equal offsets where none do).
    """

    sentence: int
    start: int
    stop: int
    subject: str
    subject_start: int
    subject_stop: int
    predicate: str
    object: str
    object_start: int
    object_stop: int
    polarity: str
    hedged: bool
    confidence: float
    rule: str
    modality: str = "stated"
    novel: bool = False
    failure: str = ""
    reason_start: int = 0
    reason_stop: int = 0


class Quantity(NamedTuple):
    """A number, or a range, with its unit, and the form of what it measures (empty where nothing near is).

    `comparison` is =, <, >, <=, >=, ~ or range; `si_low` and `si_high` are in base units of `dimension`.
    """

    sentence: int
    start: int
    stop: int
    comparison: str
    low: float
    high: float
    unit: str
    dimension: str
    si_low: float
    si_high: float
    property: str
    property_start: int
    property_stop: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything one document says, found by one extractor."""

    sentences: tuple[Sentence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    quantities: tuple[Quantity, ...] = ()


class Extractor(Protocol):
    """What a module in this package offers; `ingest.extractors.load` finds it by `LANGUAGE`."""

    LANGUAGE: str
    VERSION: str

    def extract_all(self, items: Iterable[Item]) -> Iterator[Extraction]:
        """Yield one extraction per item, in order, none depending on its neighbours."""
