"""What gold sets taught of types, used in texts of their own field: there a layer is a part, YSZ a material.

It promises that the longest known end of a term decides, that a text's field depends on its words alone, and
that what is not known is left to the word list. It refuses to carry one field's habits into another: only the
last words of parts that are nobody's habit hold in patents of every field.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from silobridge.ingest.extractors.lexicon import table
from silobridge.ingest.extractors.types import type_of

MODEL = files("silobridge") / "ingest" / "models" / "types" / "learned-en.json"
PATENT = "patent"
"""The field of a patent of any field."""

_IMMATERIAL = frozenset({"task", "method", "product", "application", "organisation"})
_INFORMATION = frozenset({
    "bit", "code", "data", "executable", "file", "logical", "message", "object", "program", "query", "software",
    "table", "text", "virtual", "web",
})  # fmt: skip
"""What stands before a learned end must be neither of such a type nor such a word: a "data structure" is no device."""

MOST_INFORMATION = 0.01
"""Share of such words above which a patent is one of software, where a "component" is no part of a device."""


class Taught(NamedTuple):
    """What one set taught: the types of ends of terms, and the words by which a text of its field is known.

    `share` is the least share of a text's words that are among the `telling`; a field without any is never
    recognised. What `patents` taught holds in patents alone.
    """

    types: Mapping[str, str]
    telling: frozenset[str] = frozenset()
    share: float = 0.0
    patents: bool = False


@cache
def taught() -> Mapping[str, Taught]:
    """Give what was learned, by field, as `tools/train/term_types.py` wrote it."""
    known = json.loads(MODEL.read_text("utf-8"))
    return {
        field: Taught(said["types"], frozenset(said["telling"]), said["share"], said["patents"])
        for field, said in known.items()
    }


def field_of(words: Sequence[str], patent: bool) -> str:
    """Give the field whose gold set a text resembles, else `PATENT` for a patent of things, else an empty string.

    Parameters
    ----------
    words
        The text's words in lower case. Linear in their number.
    patent
        Whether the text is a patent's.

    Examples
    --------
    >>> field_of("the anode of a solid oxide fuel cell and its ysz electrolyte".split(), False)
    'sofc'
    >>> field_of("a tree for a bird".split(), True), field_of("a file for data".split(), True), field_of([], False)
    ('patent', '', '')
    """
    best, found = 1.0, PATENT if patent and _share(words, _INFORMATION) < MOST_INFORMATION else ""
    for field, known in taught().items():
        if known.telling and words and known.patents <= patent:
            told = _share(words, known.telling) / known.share
            if told >= best:
                best, found = told, field
    return found


def _share(words: Sequence[str], some: frozenset[str]) -> float:
    return len([word for word in words if word in some]) / max(1, len(words))


def type_in(form: str, field: str) -> str:
    """Give the type of a term in normal form, in a text of a field.

    Examples
    --------
    >>> type_in("shield layer", "tfh"), type_in("shield layer", "patent"), type_in("shield layer", "")
    ('device', 'device', '')
    >>> type_in("ysz", "sofc"), type_in("ysz", ""), type_in("software component", "patent")
    ('material', '', '')
    """
    return _type_in(form, field) if field else type_of(form)


@lru_cache(maxsize=1 << 17)
def _type_in(form: str, field: str) -> str:
    end = learned_end(form, field)
    listed = type_of(form)
    if end is None or (listed and field == PATENT) or _immaterial(form[: len(form) - len(end)]):
        return listed
    return taught()[field].types[end]


@lru_cache(maxsize=1 << 17)
def learned_end(form: str, field: str) -> str | None:
    """Give the longest end of a form, in whole words, whose type a field's set taught."""
    if field not in taught():
        return None
    known = taught()[field].types
    end = form
    while end not in known:
        end = end.partition(" ")[2]
        if not end:
            return None
    return end


def _immaterial(before: str) -> bool:
    heads = table("types_en")
    return any(word in _INFORMATION or heads.get(word) in _IMMATERIAL for word in before.split())
