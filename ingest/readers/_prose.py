"""Lines and blocks of running prose, sorted into sections under their headings.

It promises that every line that says something ends up in a section's text or heading. It refuses page
numbers and tables of contents' own words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from silobridge.kg.model import Section

_PAGE = re.compile(
    r"^(?:page\s*)?[-–]?\s*(?:[A-Z]-)?\d{1,4}\s*[-–]?$|^table of contents$|^\(continued\)$|^[-–•*·●▪]$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?:;,。！？：；，][\"'”’)]*$")
_RULE = re.compile(r"(?:^-\s+)?[-_=*]{3,}")
_BULLET = re.compile(r"^(?:[-–•*·●▪]|\(?[a-z\d]{1,2}\))\s|[;,]\s*(?:and|or)$|\d%?$|\.{4}")
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uff60]")
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})*\.?\s+\S.{0,80}$")
_CHAPTER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?\s*|[一二三四五六七八九十]+、|第.{1,3}[章节])\S.{0,40}$")
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
    """Yield a block for each line, broken lines joined: in small letters, in Chinese, at the full width.

    Examples
    --------
    >>> [(b.text, b.heading) for b in blocks(["Our Products", "We make pumps", "and valves.", "12"])]
    [('Our Products', True), ('We make pumps and valves.', False)]
    >>> [b.text for b in blocks(["固态电池的电解质与电极的界面", "阻抗仍然过高。"])]
    ['固态电池的电解质与电极的界面阻抗仍然过高。']
    """
    rows = [
        text for raw in lines if (text := " ".join(_RULE.sub(" ", raw).split())) and not _PAGE.match(text)
    ]
    chinese = sorted(len(row) for row in rows if _is_chinese(row))
    latin = sorted(len(row) for row in rows if not _is_chinese(row))
    widths = (latin[len(latin) * 9 // 10] if latin else 0, chinese[len(chinese) * 3 // 4] if chinese else 0)
    held, last = "", ""
    for row in rows:
        if held and _goes_on(last, row, widths):
            held = join(held, row)
        else:
            if held:
                yield Block(held, looks_like_heading(held))
            held = row
        last = row
    if held:
        yield Block(held, looks_like_heading(held))


def rejoin(parts: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with a paragraph that a page break or figure has cut put together again.

    Examples
    --------
    >>> [b.text for b in rejoin([Block("The cell is"), Block("stable."), Block("It lasts.")])]
    ['The cell is stable.', 'It lasts.']
    """
    held: Block | None = None
    for part in parts:
        if held and not held.heading and not part.heading and _goes_on(held.text, part.text, (0, 0)):
            held = Block(join(held.text, part.text), False, held.role)
            continue
        if held:
            yield held
        held = part
    if held:
        yield held


def join(one: str, other: str) -> str:
    """Put two lines together: without a space between Chinese characters, without a hyphen inside a word.

    Examples
    --------
    >>> join("a poly-", "mer"), join("ion", "trap"), join("电", "池")
    ('a polymer', 'ion trap', '电池')
    """
    if _CHINESE.match(one[-1]) and _CHINESE.match(other[0]):
        return one + other
    if one[-1] == "-" and one[-2:-1].islower() and other[0].islower():
        return one[:-1] + other
    return f"{one} {other}"


def _goes_on(last: str, row: str, widths: tuple[int, int]) -> bool:
    """Say whether a line is the rest of the one before.

    `widths` are those of a full line of Latin and of Chinese text, 0 where unknown.
    """
    if _ENDS.search(last.rstrip(",，、")) or _BULLET.match(row) or _NUMBERED.match(row):
        return False
    if row[0].islower():
        return True
    chinese = _is_chinese(last) and _is_chinese(row)
    width = widths[chinese]
    if not (12 if chinese else 40) <= width <= 130 or len(last) < 0.8 * width:
        return False
    return not _NUMBERED.match(last) if chinese else last[-1] in ",-" or not looks_like_heading(row)


def _is_chinese(text: str) -> bool:
    return not text.isascii() and 3 * len(_CHINESE.findall(text)) >= len(text)


def looks_like_heading(text: str) -> bool:
    """Say whether a line reads like a heading: short, begun with a capital, not ended like a sentence.

    Examples
    --------
    >>> [looks_like_heading(text) for text in ("Raw Materials", "We buy copper.", "Item 1.")]
    [True, False, True]
    """
    if len(text) > _LONGEST_HEADING:
        return False
    if _ITEM.match(text) or (_CHAPTER.match(text) and _is_chinese(text) and not _ENDS.search(text)):
        return True
    letters = [word for word in text.split() if word[0].isalpha()]
    if not letters or _ENDS.search(text) or _BULLET.search(text) or len(letters) > 12:
        return False
    large = sum(1 for word in letters if word[0].isupper() or len(word) <= 4)
    return letters[0][0].isupper() and large >= 0.6 * len(letters)


_LABELLED = {
    "keywords": re.compile(
        r"(?:关\s?键\s?[词字]|key\s?words|index terms)"
        r"(?:\s*[:：—–]\s*|\s+(?=[^.。]{0,600}[;；,，、][^.。]{0,600}\Z))(\S.{1,600})",
        re.IGNORECASE,
    ),
    "abstract": re.compile(
        r"(?:摘\s*要|abstract)(?:\s*[:：—–]\s*|\s+(?=(?-i:[A-Z\u4e00-\u9fff])))(\S.{29,})",
        re.IGNORECASE | re.DOTALL,
    ),
}
"""Paragraphs that say what they are: keywords without a colon are a list, and no sentence."""


def labelled(parts: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, those that begin with the word for it as abstract or keywords, without that word.

    Examples
    --------
    >>> [(b.text, b.role) for b in labelled([Block("关键词：热管；传热"), Block("Keywords are short, say.")])]
    [('热管；传热', 'keywords'), ('Keywords are short, say.', 'body')]
    """
    for part in parts:
        found = (
            (match.group(1), role)
            for role, label in _LABELLED.items()
            if (match := label.fullmatch(part.text))
        )
        said = next(found, None)
        yield Block(said[0], False, said[1]) if said else part


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
        if headings or part.role != role or part.role == "keywords" or not part.text:
            _close(found, role, heading, held)
            heading = " ".join(headings) or heading
            headings, held, role = [], [], part.role
        held.append(part.text)
    return tuple(found)


def _close(found: list[Section], role: str, heading: str, held: list[str]) -> None:
    if text := "\n\n".join(part for part in held if part):
        found.append(Section(role, text, heading))
