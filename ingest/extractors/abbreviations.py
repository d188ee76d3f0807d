"""Short forms and the long forms a document gives for them (Schwartz and Hearst 2003).

It promises pairs found inside one sentence: "long form (SF)" and "SF (long form)", each letter of the
short form found in order in the long one, its first letter at the start of a word. Where words can be
found whose initials spell the short form, they are the long form, though a shorter one holds its letters:
EET is excitation energy transfer. It refuses to use any list: what a document does not spell out stays as
it is.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from silobridge.kg.spelling import listed

_PARENTHESIS = re.compile(r"[(\[]([^()\[\]]{2,200})[)\]]")
_SHORT = re.compile(r"[A-Za-z0-9][\w./&+-]{1,9}(?: [\w./&+-]{1,6})?\Z")
_LEADING = re.compile(
    r"(?:e\.g\.|i\.e\.|or|also|called|abbreviated|hereinafter|henceforth|the)[,:]?\s+", re.IGNORECASE
)
_QUOTES = "\"'“”‘’"
WINDOW = 400
"""Characters before a parenthesis in which the long form is looked for."""


class Pair(NamedTuple):
    """A short form and its long form, as spans of the text searched."""

    short_start: int
    short_stop: int
    long_start: int
    long_stop: int
    how: str


def pairs(text: str, start: int, stop: int) -> Iterator[Pair]:
    """Yield the abbreviations that a stretch of text defines.

    Examples
    --------
    >>> text = "A convolutional neural network (CNN) and LSTM (long short-term memory)."
    >>> [(text[p.short_start:p.short_stop], text[p.long_start:p.long_stop]) for p in pairs(text, 0, len(text))]
    [('CNN', 'convolutional neural network'), ('LSTM', 'long short-term memory')]
    """
    for match in _PARENTHESIS.finditer(text, start, stop):
        inner_start, inner_stop = _inner(text, *match.span(1))
        inner = text[inner_start:inner_stop]
        outer_stop = len(text[start : match.start()].rstrip()) + start
        if is_short(inner):
            found = _long_before(text, max(start, outer_stop - WINDOW), outer_stop, inner)
            if found >= 0:
                yield Pair(inner_start, inner_stop, found, outer_stop, "long-short")
                continue
        before = text[max(start, outer_stop - 12) : outer_stop].split()
        word = before[-1].strip(_QUOTES) if before else ""
        if " " in inner and is_short(word) and _matches(inner, word) == 0:
            short_start = text.rindex(word, start, outer_stop)
            yield Pair(short_start, short_start + len(word), inner_start, inner_stop, "short-long")


def is_short(text: str) -> bool:
    """Tell whether a string looks like a short form: two to ten characters, a capital among them."""
    return bool(_SHORT.match(text)) and any(c.isupper() for c in text) and sum(map(str.isalpha, text)) > 1


def _inner(text: str, start: int, stop: int) -> tuple[int, int]:
    """Narrow a parenthesis to its first part, without quotes and lead-ins."""
    part = re.split(r"[;,]", text[start:stop], maxsplit=1)[0]
    lead = _LEADING.match(part)
    offset = lead.end() if lead else 0
    while offset < len(part) and (part[offset] in _QUOTES or part[offset].isspace()):
        offset += 1
    length = len(part.rstrip().rstrip(_QUOTES))
    return start + offset, start + max(length, offset)


def _long_before(text: str, start: int, stop: int, short: str) -> int:
    """Find where the long form before a short form starts, or -1."""
    words = list(re.finditer(r"\S+", text[start:stop]))
    letters = sum(map(str.isalnum, short))
    words = words[-min(letters + 5, letters * 2) :]
    if not words:
        return -1
    base = start + words[0].start()
    found = _initials(text[base:stop], short)
    if found < 0:
        found = _matches(text[base:stop], short)
    if found < 0:
        return -1
    long = text[base + found : stop]
    too_short = len(long) <= len(short) or short.lower() in long.lower().split()
    return -1 if too_short or re.search(r"[.;:!?]\s|[()]", long) else base + found


_PART = re.compile(r"[^\W_]+")
_SMALL = listed("a an and by de for from in of on or per the to via with")


def _initials(long: str, short: str) -> int:
    """Find the words at the end whose initials spell the short form, small words passed over; or -1."""
    letters = [character.lower() for character in short if character.isalnum()]
    # Written with a plural s, the short form stands for its singular's letters.
    if short[-1] == "s" and short[:-1].isupper():
        letters.pop()
    parts = list(_PART.finditer(long))
    place = len(parts)
    for letter in reversed(letters):
        place -= 1
        while (
            place >= 0
            and parts[place].group()[0].lower() != letter
            and parts[place].group().lower() in _SMALL
        ):
            place -= 1
        if place < 0 or parts[place].group()[0].lower() != letter:
            return -1
    begin = parts[place].start()
    # A name begins neither within a hyphenated word nor with a preposition.
    whole = begin == 0 or long[begin - 1].isspace()
    return begin if len(letters) > 1 and whole and parts[place].group().lower() not in _SMALL else -1


def _matches(long: str, short: str) -> int:
    """Match the short form's letters backwards through the long form; give where it starts, or -1."""
    place = len(long) - 1
    for number in range(len(short) - 1, -1, -1):
        letter = short[number].lower()
        if not letter.isalnum():
            continue
        while place >= 0 and (
            long[place].lower() != letter or (number == 0 and place > 0 and long[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return -1
        place -= 1
    return place + 1
