"""Word documents.

It promises one document a file: headings by their styles, tables as rows of text, title, author and day
from the file's own properties where the text has none. It refuses archives that unpack to more than the
source's limits, and files that are no Word documents.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from silobridge.ingest.readers._clean import line
from silobridge.ingest.readers._prose import Block, sections
from silobridge.ingest.source import Source
from silobridge.kg.errors import ReadError
from silobridge.kg.ids import content_hash
from silobridge.kg.model import Agent, Document, Kind, Origin, Reject

TITLE = "Word documents (DOCX)"
RIGHTS = "The rights of a text are its author's; nothing is known from the file."
KIND = Kind.INDUSTRY
GLOBS = ("*.docx",)

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError,  # the archive
    AttributeError, IndexError, KeyError, TypeError, ValueError,  # what python-docx raises on parts it misses
)  # fmt: skip
_MOST_PARTS = 10_000
_EXPECTED = "a Word document (DOCX)"
_HINT = "open it in a word processor and save it again as .docx"
_HEADINGS = ("heading", "title", "subtitle", "标题", "überschrift", "titre")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is a Word document: an archive with a ``word/`` part."""
    if not head.startswith(b"PK\x03\x04"):
        return 0.0
    return 0.95 if b"word/" in head else 0.6 if name.lower().endswith(".docx") else 0.1


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield the one document."""
    origin = Origin(source.name, 1)
    try:
        data = source.data()
        _bounded(data, source)
    except ReadError as error:
        yield source.reject(error)
        return
    import docx
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        yield _document(docx.Document(io.BytesIO(data)), origin)
    except (PythonDocxError, OpcError, LxmlError, *_DAMAGE) as error:
        found = f"not a readable Word document: {type(error).__name__}: {error}"
        yield Reject(origin, found, _EXPECTED, _HINT)


def _bounded(data: bytes, source: Source) -> None:
    """Refuse an archive by what its directory says it unpacks to; reading a part cannot pass that size."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except _DAMAGE as error:
        raise ReadError(f"a damaged archive: {error}", expected=_EXPECTED, hint=_HINT) from error
    total = sum(part.file_size for part in parts)
    bomb = total > max(64 << 20, source.limits.ratio * len(data))
    if bomb or total > source.limits.whole or len(parts) > _MOST_PARTS:
        raise ReadError(
            f"{len(data):,} bytes unpack to {total:,} in {len(parts):,} parts", expected=_EXPECTED,
            hint="unpack it yourself if you trust it",
        )  # fmt: skip


def _document(package: Any, origin: Origin) -> Document | Reject:
    parts = list(_blocks(package))
    properties = package.core_properties
    title, parts = _title(parts, line(properties.title or ""))
    body = sections([Block(part.text, part.heading, part.role) for part in parts])
    if not title:
        return Reject(origin, "no text", _EXPECTED, "leave the file out")
    created = properties.created
    author = line(properties.author or "")
    return Document(
        id="file:" + content_hash(title, *(part.text for part in body))[:16],
        kind=KIND,
        title=title,
        sections=body,
        origin=origin,
        reader="docx",
        language=(properties.language or "")[:2].lower(),
        published=created.date().isoformat() if created else "",
        agents=(Agent(author, "author"),) if author and author != "python-docx" else (),
    )


def _blocks(package: Any) -> Iterator[Block]:
    for item in package.iter_inner_content():
        if hasattr(item, "rows"):
            yield from _rows(item)
        elif text := line(item.text):
            style = (item.style.name or "").lower() if item.style is not None else ""
            yield Block(text, style.startswith(_HEADINGS), "body")


def _rows(table: Any) -> Iterator[Block]:
    for row in table.rows:
        cells = dict.fromkeys(line(cell.text) for cell in row.cells)
        if text := "; ".join(cell for cell in cells if cell):
            yield Block(text, role="table")


def _title(parts: list[Block], stated: str) -> tuple[str, list[Block]]:
    """Take a heading at the top as title, else the file's property, else the first line if it is short."""
    if parts and parts[0].heading:
        return parts[0].text, parts[1:]
    if stated:
        return stated, parts
    if parts and len(parts[0].text) <= 250:
        return parts[0].text, parts[1:]
    return (parts[0].text[:249] + "…", parts) if parts else ("", parts)
