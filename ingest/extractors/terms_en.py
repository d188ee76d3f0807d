"""Terms of an English parse: runs of nouns and their modifiers, trimmed, and the terms inside them.

It promises that a mention lies in one sentence, that its surface is a slice of the text, and that the
parse decides which part of a long term is a term itself. It refuses formulas and generic phrases.
"""

from collections.abc import Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.judge_en import specific
from silobridge.ingest.extractors.lexicon import table, words
from silobridge.ingest.extractors.parse_en import Parse
from silobridge.kg.forms import normal_form

_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_INSIDE = _NOUNS | {"JJ", "JJR", "JJS", "FW", "HYPH", "AFX"}
_VERBAL = frozenset({"VBN", "VBG"})
_ATTRIBUTIVE = frozenset({"amod", "compound", "nmod"})
_JOINERS = frozenset({"-", "–", "‐", "‑"})
_PREPOSITIONS = frozenset({"of", "on", "as", "in", "for", "between"})
MOST_TOKENS = 12


class Term(NamedTuple):
    """A run of tokens, half open, that may be a mention; `head` is the token the sentence holds it by."""

    start: int
    stop: int
    form: str
    how: str

    @property
    def head(self) -> int:
        return self.stop - 1


def terms(parse: Parse, text: str) -> Iterator[Term]:
    """Yield the specific terms of a parse in order of their place, longer first."""
    place, size = 0, len(parse.words)
    while place < size:
        if not _inside(parse, place):
            place += 1
            continue
        stop = place + 1
        while stop < size and _inside(parse, stop) and parse.sentences[stop] == parse.sentences[place]:
            stop += 1
        yield from _of_run(parse, text, place, stop)
        place = stop


def _inside(parse: Parse, token: int) -> bool:
    if parse.noise[token]:
        return False
    tag = parse.tags[token]
    if tag in _INSIDE:
        return tag in ("HYPH", "AFX") or parse.words[token][-1].isalnum()
    if tag in _VERBAL:
        return parse.deps[token] in _ATTRIBUTIVE or _hyphenated(parse, token)
    if tag == "CD":
        return not parse.words[token][0].isalpha() and parse.words[token][-1].isalpha()
    return _hyphenated(parse, token) and parse.words[token].isalnum()


def _hyphenated(parse: Parse, token: int) -> bool:
    """Tell whether a token is tied by a hyphen without blanks to the next or the last one."""
    starts, stops, some = parse.starts, parse.stops, parse.words
    after = token + 1
    if after < len(some) and some[after] in _JOINERS and starts[after] == stops[token]:
        return after + 1 < len(some) and starts[after + 1] == stops[after]
    return token > 1 and some[token - 1] in _JOINERS and starts[token] == stops[token - 1] == starts[token - 1] + 1


def _of_run(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    """Cut a run where one noun phrase ends and another begins, then give the terms of each."""
    begin = start
    for token in range(start, stop):
        if token + 1 == stop or _phrase_ends(parse, begin, token, stop):
            yield from _of_phrase(parse, text, begin, token + 1)
            begin = token + 1


def _phrase_ends(parse: Parse, begin: int, token: int, stop: int) -> bool:
    if parse.tags[token] not in _NOUNS or parse.words[token + 1] in _JOINERS:
        return False
    head = parse.heads[token]
    return not token < head < stop and parse.deps[token] not in _ATTRIBUTIVE


def _of_phrase(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    start, stop = _trimmed(parse, start, stop)
    if stop <= start or stop - start > MOST_TOKENS:
        return
    whole = _term(parse, text, start, stop, _how(parse, start, stop))
    if whole:
        yield whole
    yield from _joined(parse, text, start, stop)
    if stop - start > 2:
        yield from _nested(parse, text, start, stop)


def _trimmed(parse: Parse, start: int, stop: int) -> tuple[int, int]:
    generic = words("generic_en", "modifier")
    while stop > start and (parse.tags[stop - 1] not in _NOUNS or parse.words[stop - 1] in _JOINERS):
        stop -= 1
    while start < stop:
        after = start + 1
        while after + 1 < stop and parse.words[after] in _JOINERS and parse.starts[after] == parse.stops[after - 1]:
            after += 2
        word = "".join(parse.lower[start:after])
        if word not in generic and word[0].isalnum() and not _numeral(word):
            break
        start = after
    return start, stop


def _numeral(word: str) -> bool:
    return word.replace(".", "").replace(",", "").isdigit()


def _how(parse: Parse, start: int, stop: int) -> str:
    whole = all(start <= parse.heads[token] < stop for token in range(start, stop - 1))
    return "chunk" if whole else "sequence"


def _term(parse: Parse, text: str, start: int, stop: int, how: str) -> Term | None:
    surface = text[parse.starts[start] : parse.stops[stop - 1]]
    if "\n\n" in surface or surface[0] in "-–" or surface.count("(") != surface.count(")"):
        return None
    form = normal_form(surface)
    acronym = stop - start == 1 and sum(map(str.isupper, surface)) > 1
    return Term(start, stop, form, how) if specific(form, acronym) else None


def _nested(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    """Yield the parts of a term that hang together in the parse: its head's end, and its beginning."""
    units = [
        token
        for token in range(start, stop)
        if token == start or not (parse.words[token] in _JOINERS or parse.words[token - 1] in _JOINERS)
    ]
    for first in units[1:]:
        # A tail is a term when nothing before it hangs inside it, but on the head itself.
        if all(not first <= parse.heads[token] < stop - 1 for token in range(start, first)):
            found = _term(parse, text, first, stop, "nested")
            if found:
                yield found
    for after in units[1:]:
        if parse.tags[after - 1] not in _NOUNS:
            continue
        if all(start <= parse.heads[token] < after for token in range(start, after - 1)):
            found = _term(parse, text, start, after, "nested")
            if found:
                yield found


def _joined(parse: Parse, text: str, start: int, stop: int) -> Iterator[Term]:
    """Yield a listed term that goes on behind a preposition: "density of states"."""
    if stop >= len(parse.words) or parse.lower[stop] not in _PREPOSITIONS:
        return
    known = table("joined_en")
    for last in range(stop + 2, min(stop + 5, len(parse.words) + 1)):
        if parse.sentences[last - 1] != parse.sentences[start]:
            return
        for first in {start, stop - 1}:
            form = normal_form(text[parse.starts[first] : parse.stops[last - 1]])
            if form in known:
                yield Term(first, last, form, "sequence")
                return
