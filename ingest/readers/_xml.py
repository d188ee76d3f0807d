"""XML records parsed one by one, with entities, external documents and the network off.

It promises that a file of many XML documents is split and streamed, that a malformed one costs only
itself, and clean text whatever the markup inside. It refuses documents that declare entities which
refer to files, addresses or other entities.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5
from itertools import pairwise
from typing import Any

from silobridge.ingest.readers._clean import line, paragraphs
from silobridge.ingest.source import Source, excerpt
from silobridge.kg.errors import ReadError
from silobridge.kg.model import Document, Origin, Reject

Element = Any
_START = re.compile(rb"<\?xml[\s?]|<!DOCTYPE\s")
_ENTITY = re.compile(rb"<!ENTITY\s+(%\s*)?([^\s>]+)\s+([^>]{0,2000}?)>", re.DOTALL)
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_PREDEFINED = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_HINT = "correct the record, or leave it out"
_PROLOGUE = re.compile(rb"\s*(<\?|<!--|<!DOCTYPE)")
_ENDS_OF = {b"<?": (b"?>",), b"<!--": (b"-->",), b"<!DOCTYPE": (b">", b"[")}
_ROOT = re.compile(rb"\s*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_SPACED = frozenset({"claim-text", "CLMSTEP", "entry", "br", "break"})
_EMPTY_BRACKETS = re.compile(r" ?\[[ ,;–—-]*\]| \([ ,;–—-]*\)")


Make = Callable[[Element, Origin], Iterable[Document | Reject]]


def documents(source: Source, expected: str, make: Make) -> Iterator[Document | Reject]:
    """Yield what `make` makes of every XML document in a file.

    Parameters
    ----------
    source
        The file; it may hold many XML documents one after the other, as weekly bulk files do.
    expected
        What the file should hold, for rejects.
    make
        Yields what a root element holds.
    """
    number = 0
    for part in _split(source):
        if isinstance(part, Reject):
            yield part
            continue
        number += 1
        start, data = part
        origin = Origin(source.name, number, start)
        yield from _one(data, origin, expected, make)
    if not number:
        yield Reject(Origin(source.name), "the file is empty", expected, "fetch it again")


def root_name(head: bytes) -> str:
    r"""Give the name of the first element, without its namespace prefix, or an empty string.

    Examples
    --------
    >>> root_name(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>\n<!-- <x> --><n:article id='1'>")
    'article'
    """
    position = 0
    while match := _PROLOGUE.match(head, position):
        opening = match.group(1)
        ends = [head.find(end, match.end()) for end in _ENDS_OF[opening]]
        if opening == b"<!DOCTYPE" and 0 <= ends[1] < ends[0]:
            ends = [head.find(b"]", ends[1])]
        if ends[0] < 0:
            return ""
        position = head.find(b">", ends[0]) + 1
    root = _ROOT.match(head, position)
    return root.group(1).decode() if root else ""


def text(element: Element | None, skip: frozenset[str] = frozenset()) -> str:
    r"""Give an element's text on one line, without the named inner elements.

    Examples
    --------
    >>> from lxml.etree import fromstring
    >>> text(fromstring("<p>CO<sub>2</sub> is\n <x>not</x> here.</p>"), frozenset({"x"}))
    'CO2 is here.'
    """
    if element is None:
        return ""
    return _without_gaps(line("".join(_runs(element, skip))), skip)


def prose(element: Element | None, blocks: frozenset[str], skip: frozenset[str] = frozenset()) -> str:
    r"""Give an element's text with its block elements as paragraphs.

    Examples
    --------
    >>> from lxml.etree import fromstring
    >>> prose(fromstring("<d><p>One.</p><p>Two.</p></d>"), frozenset({"p"}))
    'One.\n\nTwo.'
    """
    if element is None:
        return ""
    return _without_gaps(paragraphs("".join(_runs(element, skip, blocks))), skip)


def local(element: Element) -> str:
    """Give an element's name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def reject(origin: Origin, found: str, expected: str, element: Element) -> Reject:
    """Name an XML record that cannot become a document."""
    return Reject(origin, found, expected, _HINT, excerpt(" ".join(element.itertext())[:2000]))


def date(digits: str) -> str:
    """Give an ISO date from eight digits; what is zero or missing is left out.

    Examples
    --------
    >>> date("20211019"), date("18960200"), date("unknown")
    ('2021-10-19', '1896-02', '')
    """
    match = re.fullmatch(r"\s*(\d{4})-?(\d{2})?-?(\d{2})?\s*", digits)
    if not match or match.group(1) == "0000":
        return ""
    year, month, day = (part if part != "00" else None for part in match.groups())
    return "-".join(part for part in (year, month, day if month else None) if part)


def _one(data: bytes, origin: Origin, expected: str, make: Make) -> Iterable[Document | Reject]:
    from lxml import etree

    shown = excerpt(data[:2000].decode(errors="replace"))
    if danger := _dangerous(data):
        hint = "remove the declarations if you trust the file"
        return [Reject(origin, danger, "XML without entities that refer elsewhere", hint, shown)]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(_NAMED.sub(_numeric, data), parser)
    except etree.XMLSyntaxError as error:
        where = f" at its line {error.lineno}" if error.lineno else ""
        rows = data.split(b"\n", error.lineno or 1)
        shown = excerpt(rows[(error.lineno or 1) - 1][:2000].decode(errors="replace"))
        return [Reject(origin, f"malformed XML{where}: {error.msg}", expected, _HINT, shown)]
    return make(root, origin)


def _dangerous(data: bytes) -> str:
    if b"<!ENTITY" not in data:
        return ""
    end = data.find(b"]>")
    for parameter, name, value in _ENTITY.findall(data[:end] if end > 0 else data):
        shown = name.decode(errors="replace")[:40]
        if parameter:
            return f"a parameter entity {shown!r} is declared"
        if value.startswith((b"SYSTEM", b"PUBLIC")):
            if b"NDATA" not in value:
                return f"an external entity {shown!r} is declared"
        elif b"&" in re.sub(rb"&#x?[0-9A-Fa-f]+;", b"", value):
            return f"an entity {shown!r} made of other entities is declared"
    return ""


def _numeric(match: re.Match[bytes]) -> bytes:
    name = match.group(1)
    characters = html5.get(f"{name.decode()};", "")
    if name in _PREDEFINED or not characters:
        return match.group()
    return "".join(f"&#{ord(character)};" for character in characters).encode()


def _split(source: Source) -> Iterator[tuple[int, bytes] | Reject]:
    held: list[bytes] = []
    size, first, seen = 0, 1, b""
    for entry in source.lines():
        if isinstance(entry, Reject):
            if held:
                yield first, b"\n".join(held)
            yield entry
            held, size = [], 0
            continue
        number, data = entry
        for piece in _pieces(data):
            begins = _START.match(piece)
            kind = begins.group()[:5] if begins else b""
            if begins and held and (kind == b"<?xml" or seen != b"<?xml"):
                yield first, b"\n".join(held)
                held, size = [], 0
            if begins:
                seen = kind if kind == b"<?xml" or not held else seen
            if not held:
                first = number
                piece = piece.lstrip()
            if piece or held:
                held.append(piece)
                size += len(piece) + 1
        if size > source.limits.whole:
            found = f"one XML document of more than {source.limits.whole:,} bytes"
            yield source.reject(ReadError(found, hint="split it"), first, held[0])
            return
    if any(part.strip() for part in held):
        yield first, b"\n".join(held)


def _pieces(data: bytes) -> list[bytes]:
    """Cut a line before each XML declaration, as bulk files may join documents without a line end."""
    if b"<?xml" not in data[1:]:
        return [data]
    cuts = [0, *(match.start() for match in re.finditer(rb"<\?xml\s", data) if match.start()), len(data)]
    return [data[start:stop] for start, stop in pairwise(cuts) if data[start:stop].strip()]


def _runs(element: Element, skip: frozenset[str], blocks: frozenset[str] = frozenset()) -> Iterator[str]:
    if element.text:
        yield element.text.replace("\n", " ")
    for child in element:
        name = local(child)
        kind = f"xref-{child.get('ref-type', 'bibr')}" if name == "xref" else name
        if name and kind not in skip:
            parting = "\n\n" if name in blocks else " " if name in _SPACED else ""
            yield parting
            yield from _runs(child, skip, blocks)
            yield parting
        elif not name and child.text and not isinstance(child.tag, str):
            yield child.text if child.text.startswith("&") else ""
        if child.tail:
            yield child.tail.replace("\n", " ")


def _without_gaps(text: str, skip: frozenset[str]) -> str:
    """Take out the brackets that stood around references to the literature, where those were left out."""
    if "xref-bibr" not in skip or ("[" not in text and "(" not in text):
        return text
    closed = _EMPTY_BRACKETS.sub("", text)
    return text if closed == text else paragraphs(closed)
