"""Annual reports to the US securities authority (Form 10-K): JSON lines of items, or one HTML item.

It promises one filing a record, its items as sections under their headings, the registrant with its CIK
and industry code. These filings have no title, so company, form and date stand in its place. It refuses
to guess a registrant that the record does not name.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._clean import line, paragraphs
from silobridge.ingest.readers._html import blocks as html_blocks
from silobridge.ingest.readers._html import page_title
from silobridge.ingest.readers._json import Record, keys, records, reject, text
from silobridge.ingest.readers._prose import Block, blocks, sections
from silobridge.ingest.source import Source, excerpt
from silobridge.kg.errors import ReadError
from silobridge.kg.ids import content_hash
from silobridge.kg.model import Agent, Classification, Document, Kind, Origin, Reject, Section

TITLE = "Form 10-K annual reports (JSON lines of items, or HTML)"
RIGHTS = "Filings with the US Securities and Exchange Commission are public; their text belongs to the filer."
KIND = Kind.INDUSTRY
GLOBS = ("*10k*.jsonl", "*10-k*.jsonl", "*10k*.html", "*10-k*.htm")

_ITEM = re.compile(r"^(?:item|section)_(\d{1,2}[A-Ca-c]?)$")
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")
_EXPECTED = "a filing with cik, company or filing, and at least one item_N with text"
_ITEM_HEADING = re.compile(rb"item(?:\s|&nbsp;|&#160;)*1[ab]?\b", re.IGNORECASE)
_STATE = re.compile(r"\s*[\\/][A-Z]{2,3}[\\/]?$")
_PART = re.compile(r"^part\s+[iv]+\.?$", re.IGNORECASE)


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is a 10-K: by its keys, or by HTML with an Item 1."""
    found = keys(head)
    if found:
        items = any(_ITEM.match(key) for key in found)
        return 0.9 if items and "cik" in found else 0.0
    start = head[:2048].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<?xml")) and b"<html" in start:
        return 0.7 if _ITEM_HEADING.search(head) else 0.1
    return 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a filing for each record, or one for an HTML file."""
    if source.head(1024).lstrip()[:1] == b"<":
        yield _page(source)
        return
    for entry in records(source):
        yield entry if isinstance(entry, Reject) else _filing(*entry)


def _filing(origin: Origin, record: Record) -> Document | Reject:
    company = _STATE.sub("", line(text(record, "company")))
    cik = text(record, "cik").strip().lstrip("0")
    items = tuple(_items(record))
    name = text(record, "filing") or text(record, "filename")
    if not items or not cik.isdigit():
        found = f"cik {cik!r}" if items else "no item with text"
        return reject(origin, found, record, expected=_EXPECTED)
    date = text(record, "filing_date")[:10] or text(record, "year")[:4]
    accession = _ACCESSION.search(name)
    sic = text(record, "sic").strip()
    return Document(
        id=f"sec:{cik}/{accession.group() if accession else f'10-K-{date}'}",
        kind=KIND,
        title=f"{company or f'CIK {cik}'}, Form 10-K" + (f", {date}" if date else ""),
        sections=items,
        origin=origin,
        reader="sec_10k",
        published=date,
        classifications=(Classification(f"sic:{sic:0>4}"),) if sic.isdigit() else (),
        agents=(Agent(company or f"CIK {cik}", "registrant", "organisation", f"cik:{cik}"),),
    )


def _items(record: Record) -> Iterator[Section]:
    for key in record:
        if _ITEM.match(key) and isinstance(record[key], str):
            yield from sections(blocks(paragraphs(record[key].replace("\n", "\n\n")).split("\n\n")))


def _page(source: Source) -> Document | Reject:
    origin = Origin(source.name, 1)
    try:
        page = source.text()
    except ReadError as error:
        return source.reject(error)
    parts = list(html_blocks(page))
    body = sections(parts)
    if not body:
        return Reject(origin, "HTML without text", _EXPECTED, "save the page again", excerpt(page))
    title = page_title(page) or _first_heading(parts)
    identifier = "file:" + content_hash(title, *(section.text for section in body))[:16]
    return Document(identifier, KIND, title, body, origin, "sec_10k")


def _first_heading(parts: list[Block]) -> str:
    return next((p.text for p in parts if not _PART.match(p.text)), parts[0].text)[:200]
