"""The records that readers make and the ledger keeps.

It promises frozen values that mean the same on every floor of the house (`docs/glossary.md` has the
words). It refuses behaviour: nothing here reads, writes or computes more than its own text.
"""

from dataclasses import dataclass
from enum import StrEnum

from silobridge.kg.ids import content_hash


class Kind(StrEnum):
    """What sort of document it is."""

    PAPER = "paper"
    PATENT = "patent"
    INDUSTRY = "industry"
    NEED = "need"
    PROJECT = "project"
    CASE = "case"


class Layer(StrEnum):
    """Which of the three sortings of knowledge a domain belongs to."""

    SCIENCE = "science"
    PATENT = "patent"
    INDUSTRY = "industry"


@dataclass(frozen=True, slots=True)
class Section:
    """A run of a document's text with the role it plays.

    `role` is one of title (in another language), abstract, body, claims, caption, table, keywords, description.
    Keywords in two languages are two sections, one after the other; they are parted by semicolons.
    """

    role: str
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Classification:
    """A document stands in a domain: the code as the file gives it, e.g. ``cpc:B64C39/024``."""

    domain: str
    weight: float = 1.0
    method: str = "asserted"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A document cites another: by identifier, or by the text of the reference where none is given.

    `kind` is one of paper, patent, npl (a patent's non-patent literature) or document.
    """

    target: str
    kind: str = "document"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or organisation with its part in a document.

    `role` is one of author, inventor, assignee, applicant, affiliation, registrant, funder, publisher.
    `sort` is person or organisation. `id` is a CURIE from an authority (ORCID, ROR, LEI, CIK) or empty.
    `country` is an ISO 3166 alpha-2 code or empty.
    """

    name: str
    role: str
    sort: str = "person"
    id: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was found: the file's name, the record's number (from 1) and its line, if it has one."""

    source: str
    record: int = 0
    line: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.source}:{self.line}"
        return f"{self.source}, record {self.record}" if self.record else self.source


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read: where, what was found, what was expected, what to do."""

    origin: Origin
    found: str
    expected: str = ""
    hint: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What one record of one file says.

    `id` is a CURIE from an authority where the record names one (DOI first for papers, publication
    number for patents), else ``file:`` and a hash of the content. `published` is an ISO date, a year
    and month, a year, or empty. `language` is an ISO 639-1 code, or empty to have it detected.
    """

    id: str
    kind: Kind
    title: str
    sections: tuple[Section, ...] = ()
    origin: Origin = Origin("")
    reader: str = ""
    language: str = ""
    published: str = ""
    identifiers: tuple[str, ...] = ()
    classifications: tuple[Classification, ...] = ()
    citations: tuple[Citation, ...] = ()
    agents: tuple[Agent, ...] = ()
    countries: tuple[str, ...] = ()
    licence: str = ""

    @property
    def year(self) -> int | None:
        """The year of publication, or None where the record gives none.

        Examples
        --------
        >>> Document("doi:10.5555/a", Kind.PAPER, "A title", published="2015-04").year
        2015
        """
        head = self.published[:4]
        return int(head) if head.isdigit() and len(head) == 4 else None

    @property
    def hash(self) -> str:
        """The content hash: everything the record says, and nothing about where it was found."""
        return content_hash(
            self.id, self.kind, self.title, self.language, self.published, self.licence,
            *(part for s in self.sections for part in (s.role, s.heading, s.text)),
            *(f"{c.domain}|{c.weight!r}|{c.method}|{c.reason}" for c in self.classifications),
            *(f"{c.kind}|{c.target}|{c.text}" for c in self.citations),
            *(f"{a.sort}|{a.role}|{a.id}|{a.name}|{a.country}" for a in self.agents),
            *self.identifiers, *self.countries,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A section's place in the stored text of its document."""

    role: str
    heading: str
    start: int
    stop: int


def stored_text(document: Document) -> tuple[str, tuple[Span, ...]]:
    r"""Lay a document's title and sections out as the one text that every offset refers to.

    Returns
    -------
    tuple
        The text, and a span for the title and each non-empty section, in order. Parts are parted by a
        blank line, so no sentence runs from one into the next.

    Examples
    --------
    >>> text, spans = stored_text(Document("doi:10.5555/a", Kind.PAPER, "T", (Section("abstract", "A b."),)))
    >>> text, [(s.role, text[s.start:s.stop]) for s in spans]
    ('T\n\nA b.', [('title', 'T'), ('abstract', 'A b.')])
    """
    parts: list[str] = []
    spans: list[Span] = []
    position = 0
    for role, heading, text in [("title", "", document.title)] + [
        (s.role, s.heading, s.text) for s in document.sections
    ]:
        if not text:
            continue
        spans.append(Span(role, heading, position, position + len(text)))
        parts.append(text)
        position += len(text) + 2
    return "\n\n".join(parts), tuple(spans)
