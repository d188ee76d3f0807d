"""Names of people, as records write them: in either order, with initials, accents and capitals.

It promises the same answer whatever the order of a name's parts, and that an initial agrees with every
name it may stand for. It refuses to say that two people are one: that is `kg.linking.population`.
"""

import re
import unicodedata
from functools import lru_cache

CLOSE = 85
"""Likeness (0 to 100) from which two parts of a name are one, misspelt."""

_PARTS = re.compile(r"[^\W\d_]+")
_CAPITALS = re.compile(r"[A-Z]{2,3}\Z")
_TITLES = frozenset({"jr", "sr", "dr", "prof", "phd", "ii", "iii"})
_FOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=1 << 16)
def parts(name: str) -> tuple[str, ...]:
    """Give the parts of a name, lower case and without accents, in the order given then family.

    Examples
    --------
    >>> parts("Gödel, Kurt F."), parts("J.-P. Serre"), parts("王小明"), parts("Smith JA")
    (('kurt', 'f', 'godel'), ('j', 'p', 'serre'), ('王小明',), ('j', 'a', 'smith'))
    """
    family, comma, given = name.partition(",")
    if comma and given.strip().casefold().rstrip(".") not in _TITLES:
        name = f"{given} {family}"
    words = name.replace(".", ". ").split()
    # "Smith JA": a last word of capitals beside a mixed-case word is initials.
    if len(words) > 1 and _CAPITALS.match(words[-1]) and not words[0].isupper():
        name = " ".join([*words[-1], *words[:-1]])
    # Compatibility decomposition takes the accents off; apostrophes join: O'Connell is one part.
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    folded = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’‘`")
    return tuple(part for part in _PARTS.findall(folded) if part not in _TITLES)


@lru_cache(maxsize=1 << 16)
def agree(one: str, other: str) -> float:
    """Tell how far two names can be one person's: 1 the same in full, .5 or more compatible, 0 not.

    Parts are matched in any order; each part of the name with fewer parts must stand in the other, in
    full, as an initial, or misspelt; and one part of two letters or more must agree in full.

    Examples
    --------
    >>> agree("Kenneth A. Ross", "ross, kenneth"), agree("R. Agrawal", "Rakesh Agrawal"), agree("Li Wei", "Li Ming")
    (0.9, 0.7, 0.0)
    """
    left, right = sorted((parts(one), parts(other)), key=lambda some: (len(some), some))
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0
    free, full, initials = list(right), 0, 0
    for part in sorted(left, key=lambda each: (-len(each), each)):
        found = _best(part, free)
        if found is None:
            return 0.6 if "".join(left) == "".join(right) else 0.0
        free.remove(found)
        if len(part) > 1 and len(found) > 1:
            full += 1
        else:
            initials += 1
    if not full:
        return 0.0
    return 0.9 if full > 1 and not initials else 0.7


def _best(part: str, free: list[str]) -> str | None:
    """Give the part that stands for this one: equal, then misspelt, then an initial."""
    if part in free:
        return part
    if len(part) > 3:
        from rapidfuzz.fuzz import ratio

        near = [(-ratio(part, each), each) for each in free if len(each) > 3]
        if near and -min(near)[0] >= CLOSE:
            return min(near)[1]
    initials = [each for each in free if part[0] == each[0] and 1 in (len(part), len(each))]
    return min(initials, default=None)


def key(name: str) -> str:
    """Give the part of a name by which its bearers are looked up: the family name, by its place.

    Examples
    --------
    >>> key("Kenneth A. Ross"), key("Ross, K."), key("CONNOLLY MALCOLM THOMAS")
    ('ross', 'ross', 'connolly')
    """
    said = parts(name)
    if not said:
        return ""
    # Patent offices write family names first, in capitals and without a comma.
    if name.isupper() and "," not in name:
        return said[0]
    return said[-1]
