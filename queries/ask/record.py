"""What was found in a question, and what the question was understood to ask.

It promises that every piece of the question is either accounted for or named as not understood. It
refuses to hold a guess without the note that says so.
"""

from dataclasses import dataclass, field
from typing import Literal

Slot = Literal["C", "D", "O", "X", "R", "Y"]
"""concept, domain, organisation, document, predicate, years"""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing the question names.

    Parameters
    ----------
    start, stop
        Where it stands in the question.
    slot
        What it is.
    value
        What a query is given: a concept's form, an identifier, a name.
    label
        What people call it.
    note
        What was assumed in finding it; empty where the name was exact.
    layer
        Of a domain: science, patent, industry or place.
    """

    start: int
    stop: int
    slot: Slot
    value: str
    label: str = ""
    note: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Years:
    """First and last year that count; None where open."""

    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks, or why nothing here answers it.

    Parameters
    ----------
    question
        As it was asked.
    query
        The named question or command that answers it; empty where nothing fits.
    params
        What it is given.
    notes
        What was assumed or left out, each a sentence for the reader.
    unknown
        Words that were not understood.
    found
        What the question names.
    reason
        Why nothing was run; empty where `query` is set.
    suggestions
        Questions that could be meant.
    """

    question: str
    query: str = ""
    params: dict[str, str | int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()
    reason: str = ""
    suggestions: tuple[str, ...] = ()
