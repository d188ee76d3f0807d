"""Works of the Crossref REST API: one work, a list of them, or an answer that holds them.

It promises one document a DOI, with references by DOI where Crossref matched them. It refuses works
without a title, of which Crossref has many (journal issues, components).
"""

from collections.abc import Iterator

from silobridge.ingest.readers._clean import line, paragraphs, unmark
from silobridge.ingest.readers._countries import country_of_address
from silobridge.ingest.readers._json import Record, keys, objects, records, reject, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import doi
from silobridge.kg.model import Agent, Citation, Document, Kind, Origin, Reject, Section

TITLE = "Crossref REST works (JSON)"
RIGHTS = "Crossref metadata is free of copyright; abstracts may be under the publisher's."
KIND = Kind.PAPER
GLOBS = ("*crossref*.json", "*crossref*.jsonl", "works*.json")


_REFERENCE = ("author", "article-title", "volume-title", "journal-title", "year")


def sniff(head: bytes, name: str) -> float:
    """Say how surely these are Crossref works: by keys that only Crossref writes so."""
    found = keys(head)
    if not found & {"DOI", "message-type"}:
        return 0.0
    own = {"container-title", "is-referenced-by-count", "message-type", "date-parts", "reference-count"}
    return min(0.95, 0.3 * len(found & own))


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a document for each work."""
    for entry in records(source, ("message", "items")):
        if isinstance(entry, Reject):
            yield entry
        else:
            origin, record = entry
            inner = record.get("message")
            yield _document(origin, inner if isinstance(inner, dict) else record)


def _document(origin: Origin, record: Record) -> Document | Reject:
    identifier = doi(text(record, "DOI"))
    title = line(unmark(": ".join(filter(None, (_first(record, "title"), _first(record, "subtitle"))))))
    if not identifier or not title:
        found = "no 'title'" if identifier else f"the DOI {text(record, 'DOI')!r}"
        return reject(origin, found, record, expected="a Crossref work with DOI and title")
    abstract = paragraphs(unmark(text(record, "abstract"))).removeprefix("Abstract").strip()
    agents = tuple(dict.fromkeys(_agents(record)))
    other = line(unmark(_first(record, "original-title")))
    parts = Section("title", other if other != title else ""), Section("abstract", abstract)
    return Document(
        id=identifier,
        kind=Kind.PROJECT if record.get("type") == "grant" else KIND,
        title=title,
        sections=tuple(part for part in parts if part.text),
        origin=origin,
        reader="crossref",
        language=text(record, "language")[:2].lower(),
        published=_published(record),
        citations=tuple(dict.fromkeys(_references(record))),
        agents=agents,
        countries=tuple(sorted({agent.country for agent in agents if agent.country})),
        licence=next((text(licence, "URL") for licence in objects(record.get("license"))), ""),
    )


def _first(record: Record, key: str) -> str:
    value = record.get(key)
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else ""


def _published(record: Record) -> str:
    """Give the first stated day of publication: at all, as issued, in print, online."""
    for key in ("published", "issued", "published-print", "published-online"):
        value = record.get(key)
        parts = value.get("date-parts") if isinstance(value, dict) else None
        first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
        numbers = [part for part in first if isinstance(part, int)]
        if numbers:
            return "-".join(f"{number:02}" for number in numbers[:3])
    return ""


def _agents(record: Record) -> Iterator[Agent]:
    authors = objects(record.get("author"))
    for author in authors:
        places = [country_of_address(text(place, "name")) for place in objects(author.get("affiliation"))]
        country = next((place for place in places if place), "")
        orcid = text(author, "ORCID").rpartition("/")[2]
        if name := line(f"{text(author, 'given')} {text(author, 'family')}"):
            yield Agent(name, "author", id=f"orcid:{orcid}" if orcid else "", country=country)
        elif name := line(text(author, "name")):
            yield Agent(name, "author", "organisation", country=country)
    for author in authors:
        for place in objects(author.get("affiliation")):
            if name := line(text(place, "name")):
                yield Agent(name, "affiliation", "organisation", country=country_of_address(name))
    for funder in objects(record.get("funder")):
        if name := line(text(funder, "name")):
            yield Agent(name, "funder", "organisation", doi(text(funder, "DOI")))


def _references(record: Record) -> Iterator[Citation]:
    for reference in objects(record.get("reference")):
        parts = (text(reference, key) for key in _REFERENCE)
        shown = text(reference, "unstructured") or ". ".join(part for part in parts if part)
        target = doi(text(reference, "DOI")) or doi(text(reference, "unstructured"))
        if target or shown:
            yield Citation(target, "paper", line(unmark(shown)))
