"""Lines of a PDF's pages, its title by the size of the letters, and its body without running heads.

It promises the order in which the file draws its text, which for typeset papers is column by column. It
refuses to keep what repeats at the head or foot of pages.
"""

import re
from collections import Counter
from math import hypot
from typing import Any

from silobridge.ingest.readers._clean import line

SOFT = "\ufffe"
"""What stands for a hyphen at a line's end, which may or may not belong to the word."""

_MARKS = re.compile("[\x02\ufffe\xad](?:\r?\n)?")
_PAGE = re.compile(r"^[-–—]?\s*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\s*[-–—]?$", re.IGNORECASE)
_ROMAN = re.compile(r"^[ivxlc]{1,6}$")
_DIGITS = re.compile(r"\d+")
_STAMP = re.compile(r"^arXiv:")
_EDGE = 2
_TITLE_CHARACTERS = 6_000


def lines(page: Any) -> list[str]:
    """Give a page's lines; a word cut at a line's end is whole, with `SOFT` where it was cut."""
    text = page.get_textpage().get_text_bounded()
    text = _MARKS.sub(SOFT, text)
    return [kept for row in text.replace("\r", "\n").split("\n") if (kept := " ".join(row.split()))]


def body(pages: list[list[str]]) -> list[str]:
    """Give the lines of all pages without page numbers and without heads and feet that repeat.

    Examples
    --------
    >>> body([["A Journal 1", "One."], ["A Journal 2", "Two."], ["A Journal 3", "Three.", "3"]])
    ['One.', 'Two.', 'Three.']
    """
    repeated = Counter(key for page in pages for key in {_key(row) for row in _edges(page)})
    enough = max(2, min(3, len(pages) // 2 + 1))
    kept: list[str] = []
    for page in pages:
        first, last = 0, len(page)
        while first < min(last, _EDGE + 1) and _is_running(page[first], repeated, enough):
            first += 1
        while last > first and len(page) - last <= _EDGE and _is_running(page[last - 1], repeated, enough):
            last -= 1
        kept.extend(page[first:last])
    return kept


def title(page: Any) -> str:
    """Give the largest upright lines of the first page, or an empty string where no size stands out."""
    rows = _sized(page)
    sizes = Counter(size for size, row in rows for _ in row)
    if not sizes:
        return ""
    usual = sizes.most_common(1)[0][0]
    for size in sorted({size for size, _ in rows if size > 1.1 * usual}, reverse=True)[:3]:
        found = _first_run(rows, size)
        if is_title(found):
            return found
    return ""


def is_title(text: str) -> bool:
    """Say whether a line could be a title: some words, not a file's name, not a stamp.

    Examples
    --------
    >>> is_title("Solid electrolytes for cold climates"), is_title("Microsoft Word - draft3.doc")
    (True, False)
    """
    words = [word for word in text.split() if any(character.isalpha() for character in word)]
    named = re.search(r"\.(?:docx?|pdf|tex|indd|dvi)$|^Microsoft Word|^untitled", text, re.IGNORECASE)
    return 8 <= len(text) <= 300 and (len(words) >= 2 or not text.isascii()) and not named


def _first_run(rows: list[tuple[float, str]], size: float) -> str:
    found: list[str] = []
    for own, row in rows:
        if abs(own - size) < 0.6 and not _STAMP.match(row):
            found.append(row)
        elif found:
            break
    return line(re.sub(r"(?<=[a-z])[\x02\ufffe]\s*|(?<=[a-z])-\s(?=[a-z])", "", " ".join(found)))


def _sized(page: Any) -> list[tuple[float, str]]:
    """Give the page's upright lines with the size of most of their letters, rounded to half a point."""
    from ctypes import c_float

    from pypdfium2 import raw

    text = page.get_textpage()
    rows: list[tuple[float, str]] = []
    letters: list[str] = []
    sizes: Counter[float] = Counter()
    matrix = raw.FS_MATRIX()
    for index in range(min(text.count_chars(), _TITLE_CHARACTERS)):
        character = chr(raw.FPDFText_GetUnicode(text, index))
        if character in "\r\n":
            if letters and sizes:
                rows.append((sizes.most_common(1)[0][0], "".join(letters).strip()))
            letters, sizes = [], Counter()
            continue
        raw.FPDFText_GetMatrix(text, index, matrix)
        if abs(matrix.b) > abs(matrix.a):
            continue
        letters.append(character)
        if character.isalnum():
            scale = hypot(matrix.c, matrix.d) or 1.0
            sizes[round(2 * c_float(raw.FPDFText_GetFontSize(text, index)).value * scale) / 2] += 1
    if letters and sizes:
        rows.append((sizes.most_common(1)[0][0], "".join(letters).strip()))
    return [(size, row) for size, row in rows if row]


def _edges(page: list[str]) -> list[str]:
    return page[:_EDGE] + page[-_EDGE:]


def _key(row: str) -> str:
    return _DIGITS.sub("#", row).casefold()


def _is_running(row: str, repeated: Counter[str], enough: int) -> bool:
    return bool(_PAGE.match(row) or _ROMAN.match(row)) or (len(row) < 200 and repeated[_key(row)] >= enough)
