"""Numbers with units, and what they measure: "an energy density of 300 Wh/kg".

It promises exact places, values as written and in SI base units, and the nearest named property of the same
sentence. It refuses numbers without a unit that is known, and single letters that are more often names.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from silobridge.ingest.extractors.record import Mention, Quantity, Sentence
from silobridge.ingest.extractors.types import type_of
from silobridge.kg import units
from silobridge.kg.forms import normal_form

_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,12})?(?:\s?[×x]\s?10\s?\^?\{?[-−]?\d{1,2}\}?|[eE][-+−]?\d{1,2})?"
_BEFORE = re.compile(
    r"(?P<above>(?:>|≥|greater than|more than|higher than|exceeding|exceeds|exceed|over|above|at least|larger than"
    r"|longer than|no less than|not less than|超过|高于|大于|多于|不低于|不小于|不少于|至少))\s*\Z"
    r"|(?P<below>(?:<|≤|less than|lower than|smaller than|fewer than|below|under|up to|at most|within|no more than"
    r"|not more than|shorter than|低于|小于|少于|不超过|不高于|不大于|以内|至多))\s*\Z"
    r"|(?P<near>(?:~|∼|≈|about|approximately|around|nearly|almost|roughly|circa|约为?|大约|近))\s*\Z",
    re.IGNORECASE,
)
_STRICT = frozenset({">", "<"})
_EQUAL = ("≥", "≤", "at least", "at most", "up to", "within", "no ", "not ", "不", "至少", "至多", "以内")
_ALONE_NEVER = frozenset(("C", "F", "l", "S", "H", "B", "d", "t", "M", "U"))
"""Symbols that stand for something else more often than for a unit where nothing is multiplied with them."""
_LABEL = re.compile(
    r"(?:fig(?:ure|s)?|table|tab|eqs?|equation|sec(?:tion)?|refs?|chapter|step|图|表|式)\.?\s*\Z",
    re.IGNORECASE,
)
_AT_IT = re.compile(
    r"(?<![\w-])(?P<word>[A-Za-z]{3,})(?:\s*(?:of|is|was|are|were|at|=|:|reached|reaches|greater|more|less|higher|lower|above|below"
    r"|about|around|approximately|than|over|up|to|only|between|from|>|<|~)){1,3}\s*\Z"
)
_NAMED = frozenset({"property"})
_REACH = 70
_LONGEST = 2000
"""Sentences this long at most are searched for what a number measures: tables of numbers name nothing."""


@cache
def _pattern() -> re.Pattern[str]:
    symbols = sorted(units.atoms(), key=len, reverse=True)
    atom = "(?:" + "|".join(map(re.escape, symbols)) + r")(?:\^?\{?[-−]?[1-4]\}?(?![\d.])|[⁻⁰¹²³⁴]{1,2})?"
    joint = r"(?:\s?[·⋅*]\s?|\s|\s?/\s?\(?)"
    return re.compile(
        rf"(?<![A-Za-z0-9.$^_\-−])(?P<low>{_NUMBER})(?:\s?(?:–|—|-|~|～|to|and|至|到|\.\.)\s?(?P<high>{_NUMBER}))?\s?(?P<unit>{atom}(?:{joint}{atom}){{0,3}}\)?)"
        r"(?![A-Za-z0-9_])"
    )


def quantities(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Iterator[Quantity]:
    """Yield the quantities of a document in order; mentions come in order of their start.

    Parameters
    ----------
    text
        The stored text.
    sentences
        Its sentences.
    mentions
        What they name; a property among them is what a number measures.
    """
    named: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.type in _NAMED:
            named.setdefault(mention.sentence, []).append(mention)
    for number, sentence in enumerate(sentences):
        last = sentence.start
        for match in _pattern().finditer(text, sentence.start, sentence.stop):
            found = _quantity(text, match, number, (last, sentence.stop), named.get(number, ()))
            if found is not None:
                yield found
                last = match.end()


def _quantity(
    text: str, match: re.Match[str], number: int, edges: tuple[int, int], named: Sequence[Mention]
) -> Quantity | None:
    written = match["unit"]
    if written.endswith(")") and "(" not in written:
        written = written[:-1]
    unit = units.find(written)
    if (
        unit is None
        or written in _ALONE_NEVER
        or _LABEL.search(text[max(0, match.start() - 12) : match.start()])
    ):
        return None
    # "5K" is five thousand, "3A" a figure: a single letter stands apart from its number.
    if len(written) == 1 and written.isascii() and written.isalpha() and text[match.start("unit") - 1] != " ":
        return None
    low = _value(match["low"])
    high = _value(match["high"]) if match["high"] else low
    if high < low and match["high"] and match["high"][0] in "-−":
        return None
    start, stop = match.start(), match.start("unit") + len(written)
    comparison = _comparison(text, match, start) if match["high"] is None else "range"
    measured = _measured(named, start, stop, edges[0]) if edges[1] - edges[0] < _LONGEST else None
    place = (measured.form, measured.start, measured.stop) if measured else _beside(text, edges[0], start)
    return Quantity(
        number, start, stop, comparison, min(low, high), max(low, high), units.plain(written), unit.dimension,
        unit.si(min(low, high)), unit.si(max(low, high)), *place,
    )  # fmt: skip


def _beside(text: str, edge: int, start: int) -> tuple[str, int, int]:
    """Give a property too common to be a mention, where the number stands right at it: "a power of 3 W"."""
    begin = max(edge, start - 40)
    match = _AT_IT.search(text, begin, start)
    form = normal_form(match["word"]) if match else ""
    if match is None or type_of(form) != "property":
        return ("", 0, 0)
    return (form, match.start("word"), match.end("word"))


def _value(written: str) -> float:
    text = written.replace(",", "").replace("−", "-").replace(" ", "").replace("{", "").replace("}", "")
    head, _, power = re.sub(r"[×x]10\^?", "e", text).partition("e")
    return float(f"{head}e{power}") if power else float(head)


def _comparison(text: str, match: re.Match[str], start: int) -> str:
    said = _BEFORE.search(text[max(0, start - 24) : start])
    if said is None:
        return "="
    if said["near"]:
        return "~"
    word = (said["above"] or said["below"]).lower()
    equal = word not in _STRICT and word.startswith(_EQUAL)
    return (">" if said["above"] else "<") + ("=" if equal else "")


def _measured(named: Sequence[Mention], start: int, stop: int, edge: int) -> Mention | None:
    """Give the property a number measures: the one right behind it, else the nearest before it."""
    behind = [one for one in named if 0 < one.start - stop <= 2]
    if behind:
        return max(behind, key=lambda one: one.stop)
    before = [one for one in named if one.stop <= start and one.start >= edge and start - one.stop <= _REACH]
    return max(before, key=lambda one: (one.stop, one.stop - one.start), default=None)
