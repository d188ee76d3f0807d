"""What the patent readers share: a draft of a patent, its parties, its references, its prose.

It promises that every office's form ends in the same record. It refuses a publication without number or
title.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from silobridge.ingest.readers._codes import classifications
from silobridge.ingest.readers._countries import country
from silobridge.ingest.readers._prose import Block, sections
from silobridge.ingest.readers._xml import Element, local, reject, text
from silobridge.kg.ids import doi, patent
from silobridge.kg.model import Agent, Citation, Document, Kind, Origin, Reject, Section

_PMID = re.compile(r"\b(?:PMID|PubMed(?: ID)?)\s*:?\s*(\d{5,9})\b", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:inc|corp|co|ltd|llc|l\.l\.c|gmbh|ag|sa|s\.a|ab|oy|nv|n\.v|bv|b\.v|kk|plc|university|institute|company|"
    r"corporation|limited|laborator(?:y|ies)|foundation|holdings?|technolog(?:y|ies)|systems?|industries)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Patent:
    """A publication as an office's file gives it."""

    country: str
    number: str
    kind: str
    published: str
    title: str
    language: str = ""
    sections: tuple[Section, ...] = ()
    cpc: tuple[str, ...] = ()
    ipc: tuple[str, ...] = ()
    agents: tuple[Agent, ...] = ()
    citations: tuple[Citation, ...] = ()
    identifiers: tuple[str, ...] = ()


def finish(draft: Patent, root: Element, origin: Origin, reader: str) -> Document | Reject:
    """Make the document, or a reject where number or title is missing."""
    identifier = patent(f"{draft.country or 'US'} {draft.number}", draft.kind)
    if not identifier or not draft.title:
        found = "no title" if identifier else f"the publication number {draft.country} {draft.number!r}"
        return reject(origin, found, "a patent publication with number and title", root)
    agents = tuple(dict.fromkeys(draft.agents))
    return Document(
        id=identifier,
        kind=Kind.PATENT,
        title=draft.title,
        sections=tuple(section for section in draft.sections if section.text),
        origin=origin,
        reader=reader,
        language=draft.language,
        published=draft.published,
        identifiers=tuple(dict.fromkeys(i for i in draft.identifiers if i and i != identifier)),
        classifications=classifications(draft.cpc, draft.ipc),
        citations=tuple(dict.fromkeys(draft.citations)),
        agents=agents,
        countries=tuple(sorted({agent.country for agent in agents if agent.country})),
    )


def party(role: str, organisation: str, person: tuple[str, ...], place: str) -> Iterator[Agent]:
    """Yield an organisation or a person, if it has a name.

    Examples
    --------
    >>> list(party("assignee", "Acme Inc.", (), "DE"))
    [Agent(name='Acme Inc.', role='assignee', sort='organisation', id='', country='DE')]
    """
    name = " ".join(part for part in person if part)
    if organisation:
        yield Agent(organisation, role, "organisation", country=country(place))
    elif name:
        firm = role != "inventor" and bool(_ORGANISATION.search(name))
        yield Agent(name, role, "organisation" if firm else "person", country=country(place))


def npl(reference: str) -> Iterator[Citation]:
    """Yield a citation of non-patent literature, by DOI or PMID where its text holds one.

    Examples
    --------
    >>> [c.target for c in npl("A. Author, A title, 2015, DOI: 10.5555/abc.1.")]
    ['doi:10.5555/abc.1']
    """
    if reference:
        pmid = _PMID.search(reference)
        yield Citation(doi(reference) or (f"pmid:{pmid.group(1)}" if pmid else ""), "npl", reference)


def prose_sections(
    element: Element, headings: frozenset[str], paragraphs: frozenset[str], skip: frozenset[str]
) -> tuple[Section, ...]:
    """Sort a description's paragraphs into sections under its headings."""

    def walk(parent: Element) -> Iterator[Block]:
        """Yield headings and paragraphs in reading order."""
        for child in parent:
            name = local(child)
            if name in headings:
                yield Block(text(child, skip), True)
            elif name in paragraphs:
                yield Block(text(child, skip), role="description")
            elif name and name not in skip:
                yield from walk(child)

    return sections([block for block in walk(element) if block.text])
