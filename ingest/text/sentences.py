"""Sentences as exact spans of the stored text.

It promises that every span is a slice of the text without blank edges, that spans never overlap or
cross a blank line, that a title is one sentence, and that no sentence is longer than `LONGEST`, so
that what follows takes bounded time. It refuses a model: the same rules hold for every language.
"""

import re
from collections.abc import Iterator, Sequence

from silobridge.ingest.extractors.record import Sentence
from silobridge.kg.model import Span
from silobridge.kg.spelling import listed

LONGEST = 2000
"""Characters of the longest sentence; what is longer is cut at a semicolon, a comma or a blank."""

HEADING = 60
"""A line shorter than this that ends without a full stop, before a capital, is a heading or a list entry."""

_BREAK = re.compile(
    r"(?P<blank>\n[ \t\r\f\v]*\n\s*)"
    r"|(?P<line>[ \t\r\f\v]*\n\s*(?=[A-Z(\[•·\u2022\u25cf*]|[-–—]\s))"
    r"|(?P<wide>[。！？；][”’」』）)]{0,3}\s*)"
    r"|(?P<stop>[.!?][\"'”’)\]]{0,3}\s+(?=[\"'“‘(\[]{0,2}[A-Z0-9$\\]))"
)
_NEVER = listed(
    "e.g i.e cf fig figs eq eqs ref refs sec tab dr mr mrs ms prof vs no nos vol pp approx ca viz resp st"
    " def thm prop lem dept univ ed eds ch app"
)
_SELDOM = listed("al etc inc corp co ltd u.s u.k u.n jr sr llc p.m a.m ph.d")
_STARTERS = listed(
    "The We In This These It Our A An However For Here To As On At By If When While Using From With Such"
    " There Thus Moreover Furthermore Also Both Results That Its They"
)
_OPEN = listed("a an and as at by for from in is of on or that the to with")
_NEXT_WORD = re.compile(r"[A-Za-z]{1,20}")


def sentences(text: str, spans: Sequence[Span]) -> list[Sentence]:
    r"""Find the sentences of every part of a stored text, in order.

    Examples
    --------
    >>> text = "A title\n\nCells (e.g. Li-ion) age, see Fig. 2. They fade."
    >>> found = sentences(text, [Span("title", "", 0, 7), Span("abstract", "", 9, len(text))])
    >>> [text[s.start:s.stop] for s in found]
    ['A title', 'Cells (e.g. Li-ion) age, see Fig. 2.', 'They fade.']
    """
    found: list[Sentence] = []
    for span in spans:
        edges = [] if span.role == "title" else _edges(text, span.start, span.stop)
        start = span.start
        for stop in [*edges, span.stop]:
            found.extend(_pieces(text, start, stop))
            start = stop
    return found


def _edges(text: str, start: int, stop: int) -> list[int]:
    """List the offsets at which a part is cut, ascending."""
    edges: list[int] = []
    line = start
    for match in _BREAK.finditer(text, start, stop):
        sort = match.lastgroup
        if sort == "stop" and not _ends(text, max(start, match.start() - 24), match):
            continue
        if sort == "line":
            line = max(line, text.rfind("\n", start, match.start()) + 1)
            if not _is_heading(text, line, match):
                continue
        edges.append(match.end())
    return edges


def _ends(text: str, floor: int, match: re.Match[str]) -> bool:
    """Tell whether a full stop ends a sentence and not an abbreviation, an initial or a number."""
    if text[match.start()] != ".":
        return True
    before = text[floor : match.start()]
    word = before.split()[-1].lstrip("([\"'“‘") if before.split() and not before[-1].isspace() else ""
    folded = word.lower()
    if folded in _NEVER or (len(word) == 1 and word.isalpha() and word.isupper()):
        return False
    if folded in _SELDOM:
        following = _NEXT_WORD.match(text, match.end())
        return bool(following) and following.group() in _STARTERS  # type: ignore[union-attr]
    return not (word.isdigit() and len(word) <= 2 and (floor == 0 or "\n" in before[-len(word) - 1 :]))


def _is_heading(text: str, line: int, match: re.Match[str]) -> bool:
    length = match.start() - line
    following = text[match.end() : match.end() + 1]
    if following in "•·\u2022\u25cf*-–—":
        return True
    if not 0 < length < HEADING or text[match.start() - 1] in ",;-–—&(":
        return False
    return text[line : match.start()].split()[-1].lower() not in _OPEN


def _pieces(text: str, start: int, stop: int) -> Iterator[Sentence]:
    """Trim a stretch of blanks, and cut it where it is longer than any sentence may be."""
    while start < stop and text[start].isspace():
        start += 1
    while start < stop and text[stop - 1].isspace():
        stop -= 1
    while stop - start > LONGEST:
        cut = _cut(text, start, start + LONGEST)
        yield from _pieces(text, start, cut)
        start = cut
        while start < stop and text[start].isspace():
            start += 1
    if start < stop:
        yield Sentence(start, stop)


def _cut(text: str, start: int, limit: int) -> int:
    for mark in ("; ", ";", ", "):
        position = text.rfind(mark, start + LONGEST // 2, limit)
        if position > 0:
            return position + 1
    for position in range(limit, start + LONGEST // 2, -1):
        if text[position - 1].isspace():
            return position
    return limit
