"""Applicants who are people: patent offices write them as they write firms, family name first.

It promises that "WOOD JR LOWELL L" and "WOOD LOWELL L JR" are one name, and that an initial stands for the name
it begins. It refuses what may be a firm, and common names that one of the records leaves without an initial.
"""

import re
import unicodedata
from functools import lru_cache

from silobridge.kg.linking import population

LEAST = 0.2
"""Chance that two inventors of one field with the shorter of the names are one, from which they are."""

_TITLES = frozenset({"dr", "prof", "phd", "mr", "mrs", "ms", "ing", "dipl"})
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Give a name's parts, family name first, and which of a family's bearers it says it is."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    said = _WORD.findall("".join(c for c in folded if not unicodedata.combining(c) and c not in "'’"))
    kept = tuple(word for word in said if word not in _TITLES and word not in _GENERATIONS)
    return kept, frozenset(said) & _GENERATIONS


def key(name: str) -> str:
    """Give the family name and the first given one, which all names of one person share; nothing where not both.

    Examples
    --------
    >>> key("WOOD JR LOWELL L"), key("SONY")
    ('wood lowell', '')
    """
    said = _parts(name)[0]
    return " ".join(said[:2]) if 1 < len(said) < 5 and min(map(len, said[:2])) > 1 else ""


def initial(name: str) -> str:
    """Give the initial of the second given name.

    Examples
    --------
    >>> initial("LUDWIG LESTER FRANK"), initial("LUDWIG LESTER")
    ('f', '')
    """
    return "".join(part[0] for part in _parts(name)[0][2:3])


def agree(one: str, other: str) -> bool:
    """Tell whether two names, neither of them a firm's by its words, are surely one person's.

    Examples
    --------
    >>> agree("LUDWIG LESTER F", "LUDWIG LESTER FRANK"), agree("WOOD JR LOWELL L", "WOOD LOWELL L JR")
    (True, True)
    >>> agree("FOX STEPHEN A", "FOX STEPHEN B"), agree("TRYON II ROBERT G", "TRYON ROBERT G III")
    (False, False)
    >>> agree("SAINT JOSEPH", "SAINT JOSEPH HOSPITAL")
    False
    >>> agree("SONY CORP", "SONY MOBILE CORP"), agree("GREEN VALLEY", "GREEN VALLEY FARM")
    (False, False)
    """
    (left, first), (right, second) = _parts(one), _parts(other)
    if (first and second and first != second) or not all(1 < len(some) < 5 for some in (left, right)):
        return False
    short, long = sorted((left, right), key=lambda some: (len(some), some))
    family, given, *middle = short
    if (family, given) != long[:2] or len(family) < 3 or len(given) < 3:
        return False
    rest = list(long[2:])
    for part in middle:
        found = next((each for each in rest if _one(part, each)), None)
        if found is None:
            return False
        rest.remove(found)
    # What one name says more must be a person's too: "Saint Joseph Hospital" goes on from a given name.
    more = all(len(part) == 1 or population.is_given(part) for part in rest)
    return more and _is_person(left, right) and _rare(short, left == right)


def _one(part: str, other: str) -> bool:
    return part == other or (1 in (len(part), len(other)) and part[0] == other[0])


def _is_person(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Tell a person by an initial, or by a given name that is known: a firm has neither in its second word."""
    return any(len(part) == 1 for part in (*left[2:], *right[2:])) or any(
        population.is_given(some[1]) for some in (left, right)
    )


def _rare(short: tuple[str, ...], same: bool) -> bool:
    family, *given = short
    return same or population.one_person(" ".join((*given, family)), same_field=True) >= LEAST
