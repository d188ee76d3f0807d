"""A paper's lines sorted into abstract, body under headings, and references.

It promises that a hyphen at a line's end stays only where the paper itself writes it. It refuses to
keep what stands between title and abstract (names, addresses, notes) as if it were prose.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from silobridge.ingest.readers._clean import line, paragraphs
from silobridge.ingest.readers._pdf_lines import SOFT
from silobridge.ingest.readers._prose import Block, rejoin, sections
from silobridge.kg.ids import doi
from silobridge.kg.model import Citation, Section

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_CUT = re.compile(rf"([A-Za-z]+(?:-[A-Za-z]+)*){SOFT}(\w+)?")
_ABSTRACT = re.compile(r"^(?:abstract|summary|摘\s*要)\s*[.:：—–-]?\s*(.*)$", re.IGNORECASE)
_KEYWORDS = re.compile(
    r"^(?:key\s?words(?: and phrases)?|index terms|关\s?键\s?[词字])\s*[:：—–.-]\s*(.*)$", re.IGNORECASE
)
_AFTER_KEYWORDS = re.compile(r"中图分类号|文献标[识志]码|文章编号|CLC\b|doi\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d{1,2}|[IVX]{1,5})((?:\.\d{1,2}){0,3})\.?\s+([A-Z\u4e00-\u9fff].{1,90})$")
_OPEN = re.compile(r"\b(?:and|or|of|the|to|a|an|in|for|with|by|from|is|are)$|,$")
_KNOWN = re.compile(
    r"^(?:introduction|background|related work|methods?|materials and methods|results(?: and discussion)?|"
    r"discussion|conclusions?|acknowledge?ments?|appendix|appendices|executive summary|limitations|"
    r"data availability.{0,20}|supplementary .{1,30}|funding|引言|结论|致谢)$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"^(?:\d{1,2}\.?\s+|[IVX]+\.\s+)?(?:references|bibliography|literature cited|参考文献)\s*:?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^(?:[A-Z]\.?\s+)?(?:A(?:ppendi|PPENDI)(?:x|X|ces|CES)|S(?:upplement|UPPLEMENT)\w*)\b.{0,80}$"
)
_MARKER = re.compile(r"^(?:\[\w{1,12}\]|\(?\d{1,3}[.)])\s")
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_NAME = re.compile(
    r"^(?!In\s|The\s|Proc|arXiv)(?=.*(?:,|\band\b|\.\s))"
    r"(?:(?:[A-Z][\w’'.-]*\s+){1,4}(?:[A-Z]|and\b|van\b|de\b)|[A-Z][\w’'-]+,\s+[A-Z])"
)
_LINK = re.compile(r"(?:https?://|doi:|10\.\d{4})\S*$", re.IGNORECASE)
_CAPTION = re.compile(r"^(?:Figure|Fig\.|Table)\s+\d+\s*[.:]\s")
_ARXIV = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5})|abs/(\d{4}\.\d{4,5})")
_END = re.compile(r"[.!?:;。！？][\"'”’)\]\d]*$")


_BETWEEN = 20
"""Lines that title, names and addresses take before an abstract in the other language."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A paper's sections and references."""

    sections: tuple[Section, ...]
    references: tuple[Citation, ...]


def sort(rows: list[str], title: str) -> Parts:
    """Sort a paper's lines."""
    rows = _whole_words(rows)
    front, rest = _front(rows, title)
    text, references = _cut_references(rest)
    blocks = list(_blocks(text))
    body = sections(rejoin(block for block in blocks if block.role == "body"))
    captions = (Section("caption", block.text) for block in blocks if block.role == "caption")
    return Parts((*front, *body, *captions), tuple(dict.fromkeys(_citations(references))))


def _whole_words(rows: list[str]) -> list[str]:
    """Put cut words together, with a hyphen where the paper writes one or both halves are its words."""
    words = Counter(word.lower() for row in rows for word in _WORD.findall(row.replace(SOFT, "\n")))

    def whole(match: re.Match[str]) -> str:
        """Give the word that was cut, as the rest of the paper writes it."""
        one, other = match.group(1), match.group(2) or ""
        joined, hyphened = f"{one}{other}".lower(), f"{one}-{other}".lower()
        last = one.rpartition("-")[2].lower()
        if words[joined] or words[hyphened]:
            return f"{one}-{other}" if words[hyphened] > words[joined] else one + other
        if not other or not other[0].islower():
            return f"{one}-{other}"
        known = len(last) > 3 and len(other) > 3 and words[last] > 1 and words[other.lower()] > 1
        return f"{one}-{other}" if known else one + other

    return [_CUT.sub(whole, row).replace(SOFT, "-") for row in rows]


def _front(rows: list[str], title: str) -> tuple[list[Section], list[str]]:
    """Split off the abstract and the keywords; what stands before the abstract is no prose."""
    for place, row in enumerate(rows[:80]):
        match = _ABSTRACT.match(row)
        if match and (not match.group(1) or len(row) > 30):
            found, rest = _abstract([match.group(1), *rows[place + 1 :]])
            return _second(found, rest, row[:1].isascii())
    start = 0
    squeezed = _squeeze(title)
    while start < min(12, len(rows)) and _squeeze(rows[start]) and _squeeze(rows[start]) in squeezed:
        start += 1
    return [], rows[start:]


def _second(found: list[Section], rows: list[str], english: bool) -> tuple[list[Section], list[str]]:
    """Take an abstract in the other language that follows the first one's keywords, as Chinese journals print it."""
    for place, row in enumerate(rows[:_BETWEEN]):
        match = _ABSTRACT.match(row)
        if match and row[:1].isascii() != english and (not match.group(1) or len(row) > 30):
            other, rest = _abstract([match.group(1), *rows[place + 1 :]])
            return [*found, *other], rest
        if _opens(row):
            break
    return found, rows


def _squeeze(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _abstract(rows: list[str]) -> tuple[list[Section], list[str]]:
    stop, words = 0, ""
    for stop, row in enumerate(rows):
        if (match := _KEYWORDS.match(row)) and stop:
            words = match.group(1)
            break
        if (stop and _opens(row)) or stop > 80:
            break
    found = [Section("abstract", paragraphs(" ".join(rows[:stop])))] if stop else []
    if words:
        stop += 1
        while stop < len(rows) and not _opens(rows[stop]) and len(words) < 400:
            if _END.search(words) or len(rows[stop]) > 90 or not _goes_with(words, rows[stop]):
                break
            words, stop = f"{words} {rows[stop]}", stop + 1
        found.append(Section("keywords", line(words)))
    return [part for part in found if part.text], rows[stop:]


def _goes_with(words: str, row: str) -> bool:
    """Tell whether a line goes on with keywords: in their script, and not what Chinese journals print after them."""
    return (
        words[-1].isascii() == row[:1].isascii()
        and not _ABSTRACT.match(row)
        and not _AFTER_KEYWORDS.match(row)
    )


def _opens(row: str) -> bool:
    return bool(_KNOWN.match(row) or _NUMBERED.match(row))


def _cut_references(rows: list[str]) -> tuple[list[str], list[str]]:
    starts = [place for place, row in enumerate(rows) if _REFERENCES.match(row) and place > len(rows) // 4]
    if not starts:
        return rows, []
    start = starts[-1]
    stop = next((place for place in range(start + 1, len(rows)) if _AFTER.match(rows[place])), len(rows))
    return rows[:start] + rows[stop:], rows[start + 1 : stop]


def _blocks(rows: list[str]) -> Iterator[Block]:
    """Yield headings and paragraphs; a paragraph ends with a short line that ends a sentence."""
    width = sorted(map(len, rows))[len(rows) * 3 // 4] if rows else 0
    held: list[str] = []
    major = 0
    for row in [*rows, ""]:
        number = _number(row, major)
        heading = bool(number or _KNOWN.match(row) or _AFTER.match(row))
        caption = bool(_CAPTION.match(row))
        ended = held and _END.search(held[-1]) and len(held[-1]) < 0.85 * width
        if held and (heading or caption or ended or not row):
            yield Block(line(" ".join(held)), role="caption" if _CAPTION.match(held[0]) else "body")
            held = []
        if heading:
            major = number or major
            yield Block(line(row), True)
        elif row:
            held.append(row)


def _number(row: str, major: int) -> int:
    """Give the chapter a numbered heading belongs to, if it is the next one or the running one; else 0."""
    match = _NUMBERED.match(row)
    if not match or _END.search(row) or _OPEN.search(row) or len(row.split()) > 14:
        return 0
    label, deeper, _ = match.groups()
    number = int(label) if label.isdigit() else _roman(label)
    return number if (number == major if deeper else number == major + 1) else 0


def _roman(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    return sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))


def _citations(rows: list[str]) -> Iterator[Citation]:
    """Yield a citation an entry, which begins at a marker, or at a name after a year and a full stop."""
    marked = sum(1 for row in rows if _MARKER.match(row)) > len(rows) // 12
    entries: list[list[str]] = []
    for row in rows:
        whole = " ".join(entries[-1]) if entries else ""
        complete = _YEAR.search(whole) and (whole[-1:] == "." or _LINK.search(whole))
        if not entries or (_MARKER.match(row) if marked else complete and _NAME.match(row)):
            entries.append([])
        entries[-1].append(row)
    for entry in entries:
        shown = _MARKER.sub("", line(" ".join(entry)))
        arxiv = _ARXIV.search(shown)
        target = doi(shown) or (f"arxiv:{arxiv.group(1) or arxiv.group(2)}" if arxiv else "")
        if len(shown) > 20:
            yield Citation(target, "paper", shown[:600])
