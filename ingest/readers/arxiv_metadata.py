"""arXiv metadata in JSON lines, as the public snapshot gives it.

It promises one paper a line, with every arXiv category as a classification, and numbers that a float had
spoiled mended, so that one paper is one document. It refuses to tell the day of
an arXiv record from its number: the day is that of the first version where the record lists versions, else
the day of its last update.
"""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from silobridge.ingest.readers._clean import line, paragraphs
from silobridge.ingest.readers._json import Record, keys, objects, records, reject, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import arxiv, doi
from silobridge.kg.model import Agent, Classification, Document, Kind, Origin, Reject, Section

TITLE = "arXiv metadata snapshot (JSON lines)"
RIGHTS = "arXiv metadata is dedicated to the public domain (CC0 1.0)."
KIND = Kind.PAPER
GLOBS = ("*arxiv*.json", "*arxiv*.jsonl", "*arxiv*.jsonl.gz")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is arXiv metadata: by its keys."""
    found = keys(head)
    if not {"id", "title", "abstract", "categories"} <= found:
        return 0.0
    return 0.95 if "update_date" in found else 0.6


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a paper for each line."""
    for entry in records(source):
        yield entry if isinstance(entry, Reject) else _document(*entry)


def _document(origin: Origin, record: Record) -> Document | Reject:
    identifier = text(record, "id").strip()
    title = line(text(record, "title"))
    if not identifier or not title:
        missing = "title" if identifier else "id"
        return reject(origin, f"no {missing!r}", record, expected="an arXiv record with id and title")
    abstract = paragraphs(text(record, "abstract").replace("\n  ", "\n\n"))
    other = doi(text(record, "doi"))
    return Document(
        id=arxiv(identifier),
        kind=KIND,
        title=title,
        sections=(Section("abstract", abstract),) if abstract else (),
        origin=origin,
        reader="arxiv_metadata",
        published=_published(record),
        identifiers=(other,) if other else (),
        classifications=tuple(
            Classification(f"arxiv-cat:{category}")
            for category in dict.fromkeys(text(record, "categories").split())
        ),
        agents=tuple(_authors(record.get("authors_parsed"))),
        licence=text(record, "license"),
    )


def _published(record: Record) -> str:
    for version in objects(record.get("versions"))[:1]:
        try:
            return parsedate_to_datetime(text(version, "created")).date().isoformat()
        except ValueError:
            break
    return text(record, "update_date")[:10]


def _authors(parsed: Any) -> Iterator[Agent]:
    for author in parsed if isinstance(parsed, list) else []:
        if isinstance(author, list) and len(author) >= 2:
            name = line(f"{author[1]} {author[0]}")
            if name:
                yield Agent(name, "author")
