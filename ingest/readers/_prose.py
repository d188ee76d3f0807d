"""Lines and blocks of running prose, sorted into sections under their headings.

It promises that every line that says something ends up in a section's text or heading. It refuses page
numbers and tables of contents' own words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from silobridge.kg.model import Section

_PAGE = re.compile(r"^(?:page\s*)?[-–]?\s*(?:[A-Z]-)?\d{1,4}\s*[-–]?$|^table of contents$|^\(continued\)$", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;,。！？：；，][\"'”’)]*$")
_RULE = re.compile(r"(?:^-\s+)?[-_=*]{3,}")
_BULLET = re.compile(r"^(?:[-–•*·●▪]|\(?[a-z\d]{1,2}\))\s|[;,]\s*(?:and|or)$|\d%?$|\.{4}")
_ITEM = re.compile(r"^(?:part|item)\s+[\divx]+[a-c]?\b", re.IGNORECASE)
_LONGEST_HEADING = 110
_HEADINGS_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading, as the file marks it or as it looks."""

    text: str
    heading: bool = False
    role: str = "body"


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Yield a block for each line, a line that goes on in small letters joined to the one before.

    Examples
    --------
    >>> [(b.text, b.heading) for b in blocks(["Our Products", "We make pumps", "and valves.", "12"])]
    [('Our Products', True), ('We make pumps and valves.', False)]
    """
    held = ""
    for raw in lines:
        text = " ".join(_RULE.sub(" ", raw).split())
        if not text or _PAGE.match(text):
            continue
        if held and text[0].islower() and not _ENDS.search(held.rstrip(",")):
            held = f"{held} {text}"
            continue
        if held:
            yield Block(held, looks_like_heading(held))
        held = text
    if held:
        yield Block(held, looks_like_heading(held))


def looks_like_heading(text: str) -> bool:
    """Say whether a line reads like a heading: short, begun with a capital, not ended like a sentence.

    Examples
    --------
    >>> looks_like_heading("Raw Materials"), looks_like_heading("We buy copper."), looks_like_heading("Item 1.")
    (True, False, True)
    """
    if len(text) > _LONGEST_HEADING:
        return False
    if _ITEM.match(text):
        return True
    letters = [word for word in text.split() if word[0].isalpha()]
    if not letters or _ENDS.search(text) or _BULLET.search(text) or len(letters) > 12:
        return False
    large = sum(1 for word in letters if word[0].isupper() or len(word) <= 4)
    return letters[0][0].isupper() and large >= 0.6 * len(letters)


def sections(parts: Iterable[Block]) -> tuple[Section, ...]:
    """Sort blocks into sections; headings in a row are joined, a long row of them is a list and stays text.

    Examples
    --------
    >>> sections([Block("Item 1.", True), Block("Business", True), Block("We make pumps.")])
    (Section(role='body', text='We make pumps.', heading='Item 1. Business'),)
    """
    found: list[Section] = []
    headings: list[str] = []
    heading, role, held = "", "body", list[str]()
    for part in [*parts, Block("", True)]:
        if part.heading and part.text:
            headings.append(part.text)
            continue
        if len(headings) > _HEADINGS_IN_A_ROW or not part.text:
            held.extend(headings)
            headings = []
        if headings or part.role != role or not part.text:
            _close(found, role, heading, held)
            heading = " ".join(headings) or heading
            headings, held, role = [], [], part.role
        held.append(part.text)
    return tuple(found)


def _close(found: list[Section], role: str, heading: str, held: list[str]) -> None:
    if text := "\n\n".join(part for part in held if part):
        found.append(Section(role, text, heading))
