"""Terms of an English parse: runs of nouns and their modifiers, trimmed, and the terms inside them.

It promises that a mention lies in one sentence, that its surface is a slice of the text, and that the
parse decides which part of a long term is a term itself. It refuses formulas and generic phrases.
"""

from collections.abc import Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.formula import GASES, is_formula
from silobridge.ingest.extractors.judge_en import part, specific
from silobridge.ingest.extractors.learned_en import type_in
from silobridge.ingest.extractors.lexicon import table, words
from silobridge.ingest.extractors.parse_en import Parse
from silobridge.kg.forms import normal_form
from silobridge.kg.spelling import listed

NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_INSIDE = NOUNS | {"JJ", "JJR", "JJS", "FW", "AFX"}
_VERBAL = frozenset({"VBN", "VBG"})
_ATTRIBUTIVE = frozenset({"amod", "compound", "nmod"})
_OBJECTS = frozenset({"pobj", "dobj"})
"""Where a sentence holds a noun: what stands there as the last of several words is one, whatever its tag."""
_PREPOSITIONS = frozenset({"of", "on", "as", "in", "for", "between"})
MOST_UNITS = 8
_SIDES = frozenset({"lower", "main"})
"""Trimmed off a term's left, but not where they tell one part of a thing from another."""

PROPER = frozenset({"NNP", "NNPS"})
ADJECTIVAL = ("al", "ic", "ous", "less", "ful", "end-to-end", "solid-state")
NOUNS_LIKE_ADJECTIVES = frozenset({
    "acoustic", "antibiotic", "arithmetic", "arrival", "capital", "ceramic", "characteristic", "chemical",
    "clinic", "coal", "crystal", "dial", "epidemic", "fabric", "goal", "graphic", "hospital", "interval",
    "journal", "logic", "material", "meal", "medal", "metal", "metric", "mineral", "music", "pedal",
    "petal", "plastic", "portal", "potential", "proposal", "removal", "renewal", "retrieval", "reversal",
    "rival", "seal", "signal", "terminal", "topic", "total", "traffic", "trial", "vial", "withdrawal",
})  # fmt: skip
"""Nouns that end as adjectives do."""
_FINITE = listed(
    "achieves allows captures comprises consists contains converts degrades depends describes detects determines eliminates"
    " enables enhances equips exhibits explains exploits facilitates generates hinders impairs improves maximizes minimizes"
    " mitigates necessitates obtains outperforms overcomes predicts prevents produces promotes provides quantifies"
    " receives reduces remains requires reveals solves suffers suppresses surpasses transmits underlies yields"
)
"""Verbs a tagger may take for plurals: hardly ever nouns, so a term that holds one is two terms."""
_FINITE_BEFORE_ADJECTIVES = listed(
    "affects causes controls forms increases limits links measures models outputs results shows stores triggers uses"
)
"""Plurals as often as verbs: behind a noun and before an adjective they are verbs ("wiki stores numerical data")."""


class Term(NamedTuple):
    """A run of units, half open, that may be a mention; `head` is the unit the sentence holds it by."""

    start: int
    stop: int
    head: int
    form: str
    how: str


def terms(parse: Parse, text: str) -> Iterator[Term]:
    """Yield the specific terms of a parse in order of their place, longer first."""
    place, size = 0, len(parse.words)
    inside = [_inside(parse, unit) for unit in range(size)]
    numbers = parse.sentences
    while place < size:
        if not inside[place]:
            place += 1
            continue
        stop, number = place + 1, numbers[place]
        while stop < size and inside[stop] and numbers[stop] == number:
            stop += 1
        yield from _of_run(parse, text, place, stop)
        place = stop


def _inside(parse: Parse, unit: int) -> bool:
    tag = parse.tags[unit]
    if tag in _INSIDE:
        return not parse.noise[unit] and parse.words[unit][-1].isalnum()
    if tag in _VERBAL:
        dep = parse.deps[unit]
        return not parse.noise[unit] and (dep in _ATTRIBUTIVE or (tag == "VBG" and dep in _OBJECTS))
    if tag in ("VBP", "VB", "VBZ"):
        return parse.deps[unit] == "compound" and parse.words[unit].isalpha()
    if tag == "CD":
        word = parse.words[unit]
        return not parse.noise[unit] and not word.isalpha() and not _numeral(word) and word.isalnum()
    return False


def _of_run(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    """Cut a run where one noun phrase ends and another begins, then give the terms of each."""
    begin = start
    for unit in range(start, stop):
        if start < unit < stop - 1 and _finite(parse, unit):
            yield from _of_phrase(parse, text, begin, unit)
            begin = unit + 1
        elif unit + 1 == stop or _phrase_ends(parse, unit, stop):
            yield from _of_phrase(parse, text, begin, unit + 1)
            begin = unit + 1


def _finite(parse: Parse, unit: int) -> bool:
    """Tell whether a unit inside a run is the verb of a clause: no term has one in its middle."""
    word = parse.lower[unit]
    if word in _FINITE or (parse.tags[unit] == "VBZ" and not parse.words[unit].isupper()):
        return True
    return (
        word in _FINITE_BEFORE_ADJECTIVES
        and parse.tags[unit - 1] in NOUNS
        and parse.tags[unit + 1] in ("JJ", "JJR")
    )


def _phrase_ends(parse: Parse, unit: int, stop: int) -> bool:
    if parse.tags[unit] not in NOUNS:
        return False
    return not unit < parse.heads[unit] < stop and parse.deps[unit] not in _ATTRIBUTIVE


def _of_phrase(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    generic = words("generic_en", "modifier")
    while stop > start and parse.tags[stop - 1] not in NOUNS:
        if stop - start > 1 and parse.deps[stop - 1] in _OBJECTS and parse.tags[stop - 1] in ("JJ", "VBG"):
            break
        stop -= 1
    while start < stop and (parse.lower[start] in generic or _numeral(parse.words[start])):
        if parse.lower[start] in _SIDES and parse.field and _of_thing(parse, text, start + 1, stop):
            break
        start += 1
    if stop <= start or stop - start > MOST_UNITS or _person(parse, start, stop):
        return
    whole = _term(parse, text, start, stop, _how(parse, start, stop))
    if whole:
        yield whole
    yield from _joined(parse, text, start, stop)
    if stop - start > 2:
        yield from _nested(parse, text, start, stop)
    elif stop - start == 2 and _substance(parse, start):
        short = _term(parse, text, start, start + 1, "nested")
        if short:
            yield short


def _of_thing(parse: Parse, text: str, start: int, stop: int) -> bool:
    """Tell whether what follows a word of place is a part of something: a "lower shield", not a "lower bound"."""
    if start >= stop:
        return False
    form = normal_form(text[parse.starts[start] : parse.stops[stop - 1]])
    return type_in(form, parse.field) in ("device", "material")


def _substance(parse: Parse, unit: int) -> bool:
    """Tell whether a unit is a formula, or an acronym that stands for a thing: the YSZ of "YSZ electrolyte"."""
    word = parse.words[unit]
    if word.islower() or not word.isalnum():
        return False
    if sum(map(str.isupper, word)) < 2 or parse.words[unit + 1].isupper():
        return word in GASES
    return is_formula(word) or type_in(parse.lower[unit], parse.field) in ("device", "material")


def _numeral(word: str) -> bool:
    return word[0].isdigit() and word.replace(".", "").replace(",", "").isdigit()


def _person(parse: Parse, start: int, stop: int) -> bool:
    """Tell whether a run is a name behind an initial: "J. Doe"."""
    before = parse.words[start - 1] if start else ""
    first = parse.words[start]
    initial = len(before) == 2 and before[0].isupper() and before[1] == "."
    return (initial or (len(first) == 2 and first[1] == ".")) and parse.tags[stop - 1] == "NNP"


def _how(parse: Parse, start: int, stop: int) -> str:
    whole = all(start <= parse.heads[unit] < stop for unit in range(start, stop - 1))
    return "chunk" if whole else "sequence"


def _term(parse: Parse, text: str, start: int, stop: int, how: str) -> Term | None:
    surface = text[parse.starts[start] : parse.stops[stop - 1]]
    form = normal_form(surface)
    acronym = stop - start == 1 and sum(map(str.isupper, surface)) > 1
    accepted = part(form, acronym) if how == "nested" else specific(form, acronym, parse.field)
    return Term(start, stop, stop - 1, form, how) if accepted or surface in GASES else None


def _nested(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    """Yield the parts of a term that hang together in the parse: its head's end, and its beginning."""
    heads = parse.heads
    for first in range(start + 1, stop):
        # A tail is a term when nothing before it hangs inside it, but on the head itself.
        if not any(first <= heads[unit] < stop - 1 for unit in range(start, first)):
            found = _term(parse, text, first, stop, "nested")
            if found:
                yield found
    for after in range(start + 1, stop):
        # A beginning is one when it hangs together, or all of it on the head: (lithium-ion battery) cathode.
        tied = all(
            start <= heads[unit] < after or heads[unit] == stop - 1 for unit in range(start, after - 1)
        )
        if tied and parse.tags[after - 1] in NOUNS and not _titled_adjective(parse, after - 1):
            found = _term(parse, text, start, after, "nested")
            if found:
                yield found


def _titled_adjective(parse: Parse, unit: int) -> bool:
    """Tell whether a capital, not the word, made a noun of it: the "Aerial" of "Unmanned Aerial Vehicle"."""
    word = parse.words[unit].casefold()
    return parse.tags[unit] in PROPER and word.endswith(ADJECTIVAL) and word not in NOUNS_LIKE_ADJECTIVES


def _joined(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    """Yield a listed term that goes on behind a preposition: "density of states"."""
    if stop >= len(parse.words) or parse.lower[stop] not in _PREPOSITIONS:
        return
    known = table("joined_en")
    for last in range(stop + 2, min(stop + 5, len(parse.words) + 1)):
        if parse.sentences[last - 1] != parse.sentences[start]:
            return
        for first in sorted({start, stop - 1}):
            form = normal_form(text[parse.starts[first] : parse.stops[last - 1]])
            if form in known:
                yield Term(first, last, stop - 1, form, "sequence")
                return
