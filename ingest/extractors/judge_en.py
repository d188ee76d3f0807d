"""Whether a form says anything: what may be a mention in English, by its form alone.

It promises that the verdict depends on the form and on word lists, never on a corpus. It refuses
phrases made of nothing but generic words, formulas and bare numbers, and common single words.
"""

import re
from functools import cache, lru_cache

from silobridge.ingest.extractors.learned_en import PATENT, learned_end, type_in
from silobridge.ingest.extractors.lexicon import words
from silobridge.ingest.extractors.types import type_of

LONGEST = 80
MOST_WORDS = 6
RARE = 6e-6
"""A single word is specific below this share of running English (about Zipf 3.8)."""

COMMON = 6e-5
"""A material, device or organism may be this common (about Zipf 4.8)."""

_WORDLIKE = re.compile(r"[^\W\d_]{2}")
_SPECIFIC_TYPES = frozenset({"material", "device", "organism"})


@lru_cache(maxsize=1 << 18)
def specific(form: str, acronym: bool = False, field: str = "") -> bool:
    """Tell whether a form may stand as a mention in a text of a field (`learned_en.field_of`).

    Examples
    --------
    >>> [specific(form) for form in ("graphene", "method", "proposed method", "finite element method")]
    [True, False, False, True]
    """
    if (
        not 2 <= len(form) <= LONGEST
        or form.count("(") != form.count(")")
        or form in words("generic_en", "phrase")
    ):
        return False
    if form in words("generic_en", "term"):
        return True
    parts = form.split(" ")
    if len(parts) > MOST_WORDS or not _WORDLIKE.search(form):
        return False
    if field and _known_thing(form, parts, field):
        return True
    empty = _empty()
    if all(part in empty or not _WORDLIKE.search(part) for part in parts) and not _together(parts, form):
        return False
    if len(parts) == 2 and parts[0] in words("generic_en", "degree"):
        return False
    if len(parts) > 1:
        return not all(len(part) < 3 for part in parts)
    return _single(form, acronym)


def _known_thing(form: str, parts: list[str], field: str) -> bool:
    """Tell whether a field, or patents at large, make a common word a thing, or two empty ones: "free layer"."""
    if type_in(form, field) not in _SPECIFIC_TYPES:
        return False
    if len(parts) == 1:
        return len(form) > 2 and form.isalpha() and form not in _empty()
    if field == PATENT or parts[0] in _trimmed():
        return False
    return learned_end(form, field) is not None


def _together(parts: list[str], form: str) -> bool:
    """Tell whether words that say nothing alone say something together.

    Three do, and two where the last says what sort of thing it is: "word error rate", "user model". Words
    of degree and what is trimmed off a term's left never do.
    """
    if len(parts) < 2 or any(part in _trimmed() or len(part) < 3 for part in parts):
        return False
    return len(parts) > 2 or (
        bool(type_of(form)) and all(part in words("generic_en", "word") for part in parts)
    )


@cache
def _trimmed() -> frozenset[str]:
    return words("generic_en", "modifier") | words("generic_en", "degree")


@cache
def _empty() -> frozenset[str]:
    return frozenset().union(
        *(words("generic_en", value) for value in ("word", "modifier", "weak", "degree"))
    )


def names(form: str) -> bool:
    """Tell whether what a model took for a name may stand as a mention: a common single word may."""
    return (
        1 < len(form) <= LONGEST
        and form not in words("generic_en", "phrase")
        and not all(part in _empty() or not _WORDLIKE.search(part) for part in form.split(" "))
    )


def part(form: str, acronym: bool = False) -> bool:
    """Tell whether a form may stand as a mention inside a longer one: single words only where they name a thing."""
    if " " not in form and not acronym and type_of(form) not in _SPECIFIC_TYPES:
        return False
    return specific(form, acronym)


def _single(form: str, acronym: bool) -> bool:
    if len(form) < 3 or not form[0].isalnum():
        return acronym and len(form) > 1
    if acronym:
        return True
    share = _english().get(form, 0.0)
    return share < (COMMON if type_of(form) in _SPECIFIC_TYPES else RARE)


@cache
def _english() -> dict[str, float]:
    from wordfreq import get_frequency_dict

    frequencies: dict[str, float] = get_frequency_dict("en", "small")
    return frequencies
