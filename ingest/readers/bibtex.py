"""BibTeX files: entries of papers, theses, reports and books.

It promises a document for each entry with a title, accents and braces of LaTeX resolved, authors,
abstract, keywords, day and DOI. It refuses entries without a title, and expands no macros but the
names of months.
"""

import re
import unicodedata
from collections.abc import Iterator

from silobridge.ingest.readers._export import document, split
from silobridge.ingest.source import Source, excerpt
from silobridge.kg.errors import ReadError
from silobridge.kg.model import Document, Kind, Origin, Reject

TITLE = "BibTeX references"
RIGHTS = "Bibliographic facts are free; abstracts belong to their publishers."
KIND = Kind.PAPER
GLOBS = ("*.bib",)

_ENTRY = re.compile(r"@([A-Za-z]{2,30})\s*\{")
_NAME = re.compile(r"\s*,?\s*([A-Za-z][\w+/:.-]{0,40})\s*=\s*")
_BARE = re.compile(r"[^\s,{}\"]{1,200}")
_NOT_RECORDS = frozenset({"comment", "preamble", "string"})
_NAMES = {
    "title": "title", "abstract": "abstract", "keywords": "keywords", "keyword": "keywords", "doi": "doi",
    "language": "language", "journal": "publisher", "booktitle": "publisher", "copyright": "licence",
    "authoraddress": "organisation", "affiliation": "organisation",
}  # fmt: skip
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "aa": "å",
    "i": "ı",
}
_ACCENTED = re.compile(r"\\(?:([\"'`^~=.])\s*\{?\s*\\?([A-Za-z])\s*\}?|([cvuHrk])\s*\{\s*\\?([A-Za-z])\s*\})")
_LETTER = re.compile(r"\\(ss|AE|ae|oe|aa|[oOlLi])(?![A-Za-z])(?:\{\}|\s)?")
_ESCAPED = re.compile(r"\\([&%$#_{}])")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is BibTeX: by an entry with a key and a field."""
    begins = re.search(rb"(?m)^\s*@[A-Za-z]{2,30}\s*\{[^,\n]{0,200},\s*[\w-]{1,40}\s*=", head)
    return 0.9 if begins and begins.start() < 4096 else 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a document for every entry, in time linear in the file."""
    try:
        text = source.text()
    except ReadError as error:
        yield source.reject(error)
        return
    number, at = 0, 0
    newlines, counted = 0, 0
    while match := _ENTRY.search(text, at):
        at = match.end()
        if match.group(1).lower() in _NOT_RECORDS:
            continue
        number += 1
        newlines, counted = newlines + text.count("\n", counted, match.start()), match.start()
        origin = Origin(source.name, number, newlines + 1)
        comma = text.find(",", at, at + 1000)
        fields, at = _fields(text, comma + 1 if comma >= 0 else at)
        yield _document({"type": [match.group(1)], **fields}, origin)
    if not number:
        yield Reject(
            Origin(source.name), "no entry", "@article{key, title = {…}, …}", "export it again", excerpt(text)
        )


def _fields(text: str, at: int) -> tuple[dict[str, list[str]], int]:
    """Read `name = value` until what follows is no field; give them and where they end."""
    found: dict[str, list[str]] = {}
    while match := _NAME.match(text, at):
        value, at = _value(text, match.end())
        if value is None:
            break
        found.setdefault(match.group(1).lower(), []).append(value)
    return found, at


def _value(text: str, at: int) -> tuple[str | None, int]:
    if text[at : at + 1] not in ("{", '"'):
        bare = _BARE.match(text, at)
        if not bare:
            return None, at
        known = bare.group().isdigit() or bare.group()[:3].lower() in _MONTHS
        return bare.group() if known else "", bare.end()
    quoted = text[at] == '"'
    depth = 0
    for place in re.finditer(r"\\.|[{}\"]", text[at + 1 : at + 1 + (1 << 20)], re.DOTALL):
        mark = place.group()
        if (mark == '"' and quoted and not depth) or (mark == "}" and not quoted and not depth):
            return text[at + 1 : at + 1 + place.start()], at + 1 + place.end()
        depth += (mark == "{") - (mark == "}" and depth > 0)
    return None, at + 1


def _document(fields: dict[str, list[str]], origin: Origin) -> Document | Reject:
    known = {"type": fields["type"]}
    for name, values in fields.items():
        if name in _NAMES:
            known.setdefault(_NAMES[name], []).extend(map(plain, values))
    known.setdefault("publisher", list(map(plain, fields.get("publisher", ()))))
    authors = [part for value in fields.get("author", ()) for part in re.split(r"\s+and\s+", value)]
    known["author"] = [";;".join(map(plain, authors))]
    words = known.get("keywords", [])
    known["keywords"] = [value if split(value)[1:] else value.replace(",", ";") for value in words]
    known["published"] = [*fields.get("date", ()), _day(fields)]
    return document(known, "bibtex", origin)


def _day(fields: dict[str, list[str]]) -> str:
    year, month, day = (fields.get(name, [""])[0].strip("{} ") for name in ("year", "month", "day"))
    if month[:3].lower() in _MONTHS:
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    if not month.isdigit():
        return year
    return "-".join((year, month, day) if day.isdigit() else (year, month))


def plain(value: str) -> str:
    r"""Resolve what LaTeX writes in a bibliography.

    Examples
    --------
    >>> plain(r"{{K}urt} G{\"o}del \& S{\o}ren, {\v{C}}apek")
    'Kurt Gödel & Søren, Čapek'
    """
    said = _ACCENTED.sub(_accented, value) if "\\" in value else value
    said = _ESCAPED.sub(r"\1", _LETTER.sub(lambda match: _LETTERS[match.group(1)], said))
    return unicodedata.normalize("NFC", said.replace("{", "").replace("}", "").replace("~", " "))


def _accented(match: re.Match[str]) -> str:
    accent, letter = match.group(1) or match.group(3), match.group(2) or match.group(4)
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])
