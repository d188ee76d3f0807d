"""Plain text and Markdown.

It promises one document a file: the title from the first heading or line, sections under headings, abstract
and keywords where a paragraph begins with that word, line breaks inside paragraphs folded; front matter says
what the text cannot. It refuses tables, code and data
that only look like text.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._clean import line, paragraphs
from silobridge.ingest.readers._front import front
from silobridge.ingest.readers._prose import (
    Block,
    blocks,
    join,
    labelled,
    looks_like_heading,
    rejoin,
    sections,
)
from silobridge.ingest.source import Source, excerpt
from silobridge.kg.errors import ReadError
from silobridge.kg.ids import content_hash
from silobridge.kg.model import Document, Kind, Origin, Reject

TITLE = "Plain text and Markdown"
RIGHTS = "The rights of a text are its author's; nothing is known from the file."
KIND = Kind.INDUSTRY
GLOBS = ("*.txt", "*.md")

_NAMES = (".txt", ".text", ".md", ".markdown", "stdin")
_NOT_PROSE = re.compile(rb"^\s*(?:[{\[<]|%PDF|PK\x03|@\w+\{|TY  - |\{Reference Type\})")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^(?:=+|-{3,})\s*$")
_BULLET = re.compile(r"^\s*[-*+•]\s+(?=\S)")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_MARKS = re.compile(r"(?<!\w)(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)(?!\w)|^\s*>\s?|(?<!\w)`|`(?!\w)")
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\([^()\s]{0,500}(?:\s\"[^\"]{0,200}\")?\)")
_LONGEST_TITLE = 250


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is prose: letters in lines, under a name that says text."""
    if not head.strip() or b"\0" in head or _NOT_PROSE.match(head):
        return 0.0
    text = head.decode(errors="replace")
    letters = sum(1 for character in text if character.isalpha() or character.isspace())
    lines = text.splitlines()[:200]
    cells = sum(1 for row in lines if "\t" in row or row.count(";") > 4 or row.count('","') > 1)
    words = len(text.split()) / max(1, text.count("\n"))
    is_list = text.isascii() and len(lines) > 20 and words < 4
    if letters < 0.7 * len(text) or 2 * cells > len(lines) or is_list:
        return 0.1
    return 0.4 if name.lower().removesuffix(".gz").endswith(_NAMES) else 0.1


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield the one document."""
    origin = Origin(source.name, 1)
    try:
        text = source.text()
    except ReadError as error:
        yield source.reject(error)
        return
    stated, text = front(text)
    parts = list(rejoin(_blocks(text)))
    title, rest = _title(parts, stated.title)
    body = sections(labelled(rest))
    if not title:
        yield Reject(
            origin, "no text", "a text with a title and paragraphs", "leave the file out", excerpt(text)
        )
        return
    identifier = "file:" + content_hash(title, *(part.text for part in body))[:16]
    yield Document(
        identifier, stated.kind(KIND), title, body, origin, "plain", stated.language, stated.published,
        classifications=stated.classifications, agents=stated.agents, countries=stated.countries,
        licence=stated.licence,
    )  # fmt: skip


def _blocks(text: str) -> Iterator[Block]:
    """Yield headings and paragraphs; where blank lines part none or all, each line stands alone."""
    lines = [row for row in text.strip().split("\n") if not _FENCE.match(row)]
    blank = sum(1 for row in lines if not row.strip()) / len(lines)
    if not 0.025 < blank < 0.45 and not any(map(_HEADING.match, lines)):
        yield from blocks(paragraphs(_inline("\n\n".join(lines))).split("\n\n"))
        return
    marked = any(map(_HEADING.match, lines))
    held: list[str] = []
    for row in [*lines, ""]:
        heading = _HEADING.match(row)
        underline = _UNDERLINE.match(row) and len(held) == 1
        bullet = _BULLET.match(row)
        if row.strip() and not heading and not underline and not (bullet and held):
            held.append(_BULLET.sub("", row))
            continue
        if folded := _folded(held):
            looks = not marked and len(held) == 1 and looks_like_heading(folded)
            yield Block(folded, bool(underline) or looks)
        held = [_BULLET.sub("", row)] if bullet else []
        if heading:
            yield Block(line(_inline(heading.group(1))), True)


def _folded(rows: list[str]) -> str:
    folded = ""
    for row in rows:
        if text := line(_inline(row)):
            folded = join(folded, text) if folded else text
    return folded


def _inline(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def _title(parts: list[Block], stated: str) -> tuple[str, list[Block]]:
    """Take the stated title, else the first block if it is short, else the beginning of the text."""
    if stated or not parts:
        return line(stated), parts
    first = parts[0].text
    if len(first) <= _LONGEST_TITLE:
        return first, parts[1:]
    cut = first[:_LONGEST_TITLE].rpartition(" ")[0] or first[:_LONGEST_TITLE]
    return f"{cut}…", parts
