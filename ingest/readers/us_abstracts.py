"""US patent abstracts in JSON lines: a publication number and an abstract.

It promises one patent a line. These records have no title by nature, so the publication number stands in
its place. It refuses a number that is no patent publication number.
"""

from collections.abc import Iterator

from silobridge.ingest.readers._clean import line, paragraphs
from silobridge.ingest.readers._json import Record, keys, records, reject, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import patent
from silobridge.kg.model import Document, Kind, Origin, Reject, Section

TITLE = "US patent abstracts (JSON lines of publication_number and abstract)"
RIGHTS = "The text of US patents is in the public domain; a compilation may have terms of its own."
KIND = Kind.PATENT
GLOBS = ("*abstract*.jsonl", "*abstract*.jsonl.gz")


def sniff(head: bytes, name: str) -> float:
    """Say how surely these are such records: by their keys."""
    found = keys(head)
    if not {"publication_number", "abstract"} <= found:
        return 0.0
    return 0.9 if len(found) <= 4 else 0.5


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a patent for each line."""
    for entry in records(source):
        yield entry if isinstance(entry, Reject) else _document(*entry)


def _document(origin: Origin, record: Record) -> Document | Reject:
    number = line(text(record, "publication_number"))
    identifier = patent(number)
    abstract = paragraphs(text(record, "abstract"))
    if not identifier or not abstract:
        found = f"publication_number {number!r}" if not identifier else "no 'abstract'"
        return reject(origin, found, record, expected="publication_number such as US4036723, and an abstract")
    title = line(text(record, "title")) or number
    sections = (Section("abstract", abstract),)
    return Document(identifier, KIND, title, sections, origin, "us_abstracts", published=_date(record))


def _date(record: Record) -> str:
    date = text(record, "publication_date").replace("-", "")
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else ""
