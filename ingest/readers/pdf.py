"""PDF files with a text layer: papers in one or two columns, reports.

It promises one document a file: columns in order, words cut at line ends put together again, running
heads, feet and page numbers left out, title and abstract found, the references split off. It refuses
encrypted and damaged files, scans without a text layer, and reading longer than its bounds.

A PDF with neither abstract nor references is held to be an industry document.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

from silobridge.ingest.readers import _pdf_lines as layout
from silobridge.ingest.readers._clean import line
from silobridge.ingest.readers._pdf_parts import Parts, sort
from silobridge.ingest.source import Source
from silobridge.kg.errors import ReadError
from silobridge.kg.ids import content_hash, doi
from silobridge.kg.model import Agent, Document, Kind, Origin, Reject

TITLE = "PDF papers and reports with a text layer"
RIGHTS = "The rights of a text are its author's or publisher's; nothing is known from the file."
KIND = Kind.PAPER
GLOBS = ("*.pdf",)

MOST_PAGES = 1_500
MOST_SECONDS = 120.0

_EXPECTED = "an unencrypted PDF with a text layer"
_ARXIV = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_DAY = re.compile(r"D:(\d{4})(\d\d)(\d\d)")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is a PDF: by its first bytes."""
    return 0.99 if b"%PDF-" in head[:1024] else 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield the one document, and a reject for what a bound left out."""
    import pypdfium2

    origin = Origin(source.name, 1)
    try:
        file = pypdfium2.PdfDocument(source.data())
    except ReadError as error:
        yield source.reject(error)
        return
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        hint = "save a copy without a password" if locked else "fetch it again"
        yield Reject(origin, "an encrypted PDF" if locked else f"a damaged PDF: {error}", _EXPECTED, hint)
        return
    try:
        yield from _documents(file, origin)
    finally:
        file.close()


def _documents(file: Any, origin: Origin) -> Iterator[Document | Reject]:
    pages: list[list[str]] = []
    started = time.monotonic()
    for number in range(min(len(file), MOST_PAGES)):
        pages.append(layout.lines(file[number]))
        if time.monotonic() - started > MOST_SECONDS:
            found = f"{number + 1} of {len(file)} pages took longer than {MOST_SECONDS:.0f} s"
            yield Reject(origin, found, "a PDF that can be read in that time", "split the file")
            return
    if not any(len(row) > 20 for page in pages for row in page):
        hint = "recognise its text first (OCR)"
        yield Reject(origin, f"{len(pages)} page(s) without text, as in a scan", _EXPECTED, hint)
        return
    yield _document(file, pages, origin)
    if len(file) > MOST_PAGES:
        found = f"pages {MOST_PAGES + 1} to {len(file)} were left out"
        yield Reject(origin, found, f"at most {MOST_PAGES} pages", "split the file")


def _document(file: Any, pages: list[list[str]], origin: Origin) -> Document:
    about = file.get_metadata_dict()
    front = "\n".join(pages[0])
    stated = line(about.get("Title", ""))
    title = layout.title(file[0]) or (stated if layout.is_title(stated) else "") or pages[0][0][:250]
    parts: Parts = sort(layout.body(pages), title)
    known = _identifiers(front, about)
    day = _DAY.match(about.get("CreationDate", ""))
    scholarly = bool(parts.references) or any(part.role == "abstract" for part in parts.sections)
    names = [line(name) for name in re.split(r"\s*;\s*", about.get("Author", "")) if line(name)]
    return Document(
        id=known[0] if known else "file:" + content_hash(title, *(part.text for part in parts.sections))[:16],
        kind=KIND if scholarly else Kind.INDUSTRY,
        title=title,
        sections=parts.sections,
        origin=origin,
        reader="pdf",
        published="-".join(day.groups()) if day else "",
        identifiers=tuple(known[1:]),
        citations=parts.references,
        agents=tuple(Agent(name, "author") for name in dict.fromkeys(names)),
    )


def _identifiers(front: str, about: dict[str, str]) -> list[str]:
    """Give the DOI of the file's properties or first page, if it names one only, and its arXiv number."""
    stated = doi(about.get("Subject", "")) or doi(about.get("doi", ""))
    found = {doi(word) for word in front.split() if "10." in word} - {""}
    stamp = _ARXIV.search(front)
    own = stated or (found.pop() if len(found) == 1 else "")
    return [i for i in (own, f"arxiv:{stamp.group(1)}" if stamp else "") if i]
