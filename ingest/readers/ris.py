"""References in RIS, as Web of Science, Scopus, IEEE Xplore, CNKI and most reference managers export them.

It promises a document for each record from `TY` to `ER`, with title, abstract, keywords, authors, day and DOI;
a title of a translation (`TT`) beside the title. It refuses records without a title.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._export import LONGEST, Held, document
from silobridge.ingest.source import Source
from silobridge.kg.model import Document, Kind, Origin, Reject

TITLE = "RIS references"
RIGHTS = "Bibliographic facts are free; abstracts belong to their publishers."
KIND = Kind.PAPER
GLOBS = ("*.ris",)

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?- ?(.*)", re.DOTALL)
_BEGINS = re.compile(rb"(?:\d+\.\s*)?TY  ?- ?[A-Z]{3,}")
_NAMES = {
    "TY": "type", "TI": "title", "T1": "title", "TT": "title", "AU": "author", "A1": "author", "AD": "organisation",
    "KW": "keywords", "AB": "abstract", "N2": "abstract", "DA": "published", "PY": "published", "Y1": "published",
    "DO": "doi", "LA": "language", "JO": "publisher", "JF": "publisher", "T2": "publisher",
}  # fmt: skip


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is RIS: by the tag that begins every record."""
    return 0.95 if _BEGINS.match(head.lstrip()) else 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a document for every record."""
    number = 0
    held: Held | None = None
    for entry in source.lines():
        if isinstance(entry, Reject):
            yield entry
            continue
        place, data = entry
        row = source.decode(data, f"line {place} of {source.name}").lstrip("\r")
        match = _TAG.match(row)
        if match and match.group(1) == "TY":
            if held:
                number += 1
                yield held.reject(Origin(source.name, number, held.start), *_CUT)
            held = Held(place)
            held.add("TY", match.group(2))
        elif match and match.group(1) == "ER" and held:
            number += 1
            yield _document(held, Origin(source.name, number, held.start))
            held = None
        elif match and held:
            held.add(match.group(1), match.group(2))
        elif held:
            held.go_on(row)
    if held:
        yield held.reject(Origin(source.name, number + 1, held.start), *_CUT)


_CUT = "a record without its end", "ER  - after the last field"


def _document(held: Held, origin: Origin) -> Document | Reject:
    if held.size > LONGEST:
        return held.reject(origin, "", "")
    fields: dict[str, list[str]] = {}
    for tag, rows in held.fields:
        if tag in _NAMES:
            fields.setdefault(_NAMES[tag], []).append("\n".join(rows).strip())
    if words := fields.pop("keywords", []):
        fields["keywords"] = [";;".join(words) if len(words) > 1 else words[0]]
    return document(fields, "ris", origin)
