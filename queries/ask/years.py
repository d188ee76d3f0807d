"""Years in a question: since, before, between, the last so many.

It promises first and last year, both counted in, and where the words stand. It refuses to take a
number that no word marks as a year.
"""

import re

from silobridge.queries.ask.record import Found, Years

_DIGITS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10
}  # fmt: skip
_YEAR = r"((?:19|20)\d\d)"
_COUNT = r"(\d{1,2}|" + "|".join([*_WORDS, *_DIGITS]) + ")"
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+{_YEAR}\s+(?:and|to|until|till)\s+{_YEAR}\b"
    rf"|{_YEAR}年?\s*(?:到|至|-|–|—)\s*{_YEAR}年?(?:之间|间|期间)?",
    re.I,
)
_LAST = re.compile(
    rf"\b(?:in |over |during )?the (?:last|past) {_COUNT} years?\b|(?:最近|过去|近){_COUNT}年(?:来|里|内)?",
    re.I,
)
_SINCE = re.compile(
    rf"\b(?:since|from)\s+{_YEAR}\b(?: on(?:wards)?)?|(?:自|从)?{_YEAR}年?(?:以来|以后|之后|起|后)", re.I
)
_AFTER = re.compile(rf"\bafter\s+{_YEAR}\b", re.I)
_UNTIL = re.compile(rf"\b(?:until|till|up to)\s+{_YEAR}\b|(?:截至|截止|到){_YEAR}年?(?:为止)?", re.I)
_BEFORE = re.compile(rf"\b(?:before|prior to)\s+{_YEAR}\b|{_YEAR}年?(?:以前|之前|前)", re.I)
_IN = re.compile(rf"\bin\s+{_YEAR}\b|(?:在)?{_YEAR}年(?:的|里|内|间|度)?", re.I)

_PATTERNS = {
    "between": _BETWEEN, "last": _LAST, "after": _AFTER, "since": _SINCE, "before": _BEFORE, "until": _UNTIL, "in": _IN
}  # fmt: skip


def find_years(text: str, newest: int) -> tuple[Years, Found | None]:
    """Find the years a question asks about.

    Parameters
    ----------
    text
        The question.
    newest
        The newest year in the graph: what "the last five years" counts back from.

    Returns
    -------
    tuple
        The years, and where they stand; None where the question has none.

    Examples
    --------
    >>> find_years("papers since 2015", 2024)[0]
    Years(since=2015, until=None)
    >>> find_years("近五年的文献", 2024)[0], find_years("Apollo 2000", 2024)[0]
    (Years(since=2020, until=None), Years(since=None, until=None))
    """
    for name, pattern in _PATTERNS.items():
        match = pattern.search(text)
        if match:
            numbers = [_number(one) for one in match.groups() if one]
            words = match.group().strip()
            note = (
                f"“{words}” is counted back from {newest}, the newest year in this graph"
                if name == "last"
                else ""
            )
            return _years(name, numbers, newest), Found(*match.span(), "Y", words, note=note)
    return Years(), None


def _years(name: str, numbers: list[int], newest: int) -> Years:
    first = numbers[0]
    return {
        "between": Years(first, numbers[-1]),
        "last": Years(newest - first + 1),
        "after": Years(first + 1),
        "since": Years(first),
        "before": Years(None, first - 1),
        "until": Years(None, first),
        "in": Years(first, first),
    }[name]


def _number(text: str) -> int:
    return _DIGITS.get(text) or _WORDS.get(text.casefold()) or int(text)
