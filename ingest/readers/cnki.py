"""Records exported from CNKI and other Chinese databases for NoteExpress: `{Field}: value` lines.

It promises a document for each record, with title, abstract and keywords in Chinese, English or both where
fields of a translation are given, authors and their organisations. It refuses records without a title.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._export import LONGEST, Held, document
from silobridge.ingest.source import Source
from silobridge.kg.model import Document, Kind, Origin, Reject

TITLE = "CNKI and NoteExpress exports ({Field}: value)"
RIGHTS = "Titles and keywords are facts; abstracts belong to their publishers, and CNKI's terms of use hold."
KIND = Kind.PAPER
GLOBS = ("*.net", "*cnki*.txt")

_FIELD = re.compile(r"\{([A-Z][A-Za-z /-]{1,40})\}: ?(.*)", re.DOTALL)
_FIRST = "Reference Type"
_NAMES = {
    "Reference Type": "type", "Title": "title", "Author": "author", "Author Address": "organisation",
    "Keywords": "keywords", "Abstract": "abstract", "Date": "published", "Year": "published", "DOI": "doi",
    "Language": "language", "Publisher": "publisher", "Journal": "publisher",
}  # fmt: skip
_TRANSLATED = re.compile(r"^(?:Translated|English|Alternate)\s+")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is such an export: by the field that begins every record."""
    return 0.97 if head.lstrip().startswith(b"{Reference Type}:") else 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a document for every record."""
    number = 0
    held: Held | None = None
    for entry in source.lines():
        if isinstance(entry, Reject):
            yield entry
            continue
        place, data = entry
        row = source.decode(data, f"line {place} of {source.name}")
        match = _FIELD.match(row)
        if match and match.group(1) == _FIRST and held:
            number += 1
            yield _document(held, Origin(source.name, number, held.start))
            held = None
        if match:
            held = held or Held(place)
            held.add(match.group(1), match.group(2))
        elif held:
            held.go_on(row)
        elif row.strip():
            yield Reject(
                Origin(source.name, line=place), "text before the first field", "{Reference Type}: …",
                "export the records again", row[:120],
            )  # fmt: skip
    if held:
        yield _document(held, Origin(source.name, number + 1, held.start))


def _document(held: Held, origin: Origin) -> Document | Reject:
    if held.size > LONGEST:
        return held.reject(origin, "", "")
    fields: dict[str, list[str]] = {}
    for said, rows in sorted(held.fields, key=lambda field: bool(_TRANSLATED.match(field[0]))):
        name = _NAMES.get(_TRANSLATED.sub("", said))
        # People and organisations are named once: a translated name would be another.
        if name and (name in ("title", "abstract", "keywords") or not _TRANSLATED.match(said)):
            fields.setdefault(name, []).append("\n".join(rows).strip())
    return document(fields, "cnki", origin)
