"""Chinese terms: runs of nouns, their parts, and the names a text gives in two languages.

It promises exact offsets and spans that end in a noun. It refuses single characters and words that
every text uses.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from silobridge.ingest.extractors.chinese_lexicon import INSIDE, NOUN_LIKE, playing, type_of
from silobridge.ingest.extractors.chinese_names import Word, begins
from silobridge.kg.forms import normal_form

GENERIC, NEVER_IN_TERMS = playing("generic"), playing("never")
TRIM_START, TRIM_END = playing("trim-start"), playing("trim-end")
VERBS_IN_TERMS = playing("verb-in-term")

MOST_TOKENS = 7
MOST_CHARACTERS = 40


class Token(NamedTuple):
    """A word with its place in the stored text and its part of speech."""

    start: int
    stop: int
    word: str
    tag: str


class Term(NamedTuple):
    """A term's place in the stored text."""

    start: int
    stop: int
    form: str
    type: str
    how: str


class Naming(NamedTuple):
    """A Chinese term with what stands for it in brackets: an English name, a short form, or both."""

    start: int
    stop: int
    english: str
    english_start: int
    short: str
    short_start: int


def tokens(text: str, start: int, stop: int) -> list[Token]:
    """Cut a stretch of text into tagged words."""
    found = []
    for word, tag in _tagger()(text[start:stop]):
        found.append(Token(start, start + len(word), word, tag))
        start += len(word)
    return found


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    import rjieba

    for word in sorted(playing("added")):
        rjieba.add_word(word, None, "n")
    tag: Callable[[str], list[tuple[str, str]]] = rjieba.tag
    return tag


def terms(words: list[Token]) -> Iterator[Term]:
    """Yield the terms of one sentence in order, each long one followed by the known parts it begins with."""
    run: list[Token] = []
    for token in words:
        if _belongs(token) and len(run) < 3 * MOST_TOKENS:
            run.append(token)
        elif run:
            yield from _cut(run)
            run = [token] if _belongs(token) else []
    if run:
        yield from _cut(run)


def _belongs(token: Token) -> bool:
    word, tag = token.word, token.tag
    if tag not in INSIDE:
        return word in VERBS_IN_TERMS
    if tag == "eng":
        return not word[0].isdigit() and not _NO_NAMES.fullmatch(word)
    # The dictionary holds phrases such as "broadly applied" as if they were nouns.
    return word not in NEVER_IN_TERMS and not (
        len(word) == 4 and (word[2:] in NEVER_IN_TERMS or (word[:2] in NEVER_IN_TERMS and word[:2] != "应用"))
    )


def _cut(run: list[Token]) -> Iterator[Term]:
    begin, end = 0, len(run)
    while begin < end and (run[begin].word in TRIM_START or run[begin].tag in ("k", "ng", "vg", "ag")):
        begin += 1
    while begin < end and (run[end - 1].word in TRIM_END or not _may_end(run[end - 1])):
        end -= 1
    kept = run[max(begin, end - MOST_TOKENS) : end]
    whole = _term(kept, "sequence")
    if whole is None:
        return
    yield whole
    for length in range(len(kept) - 1, 0, -1):
        part = _term(kept[:length], "nested")
        if part is not None and part.type in ("device", "material", "product") and _may_end(kept[length - 1]):
            yield part
            return


def _may_end(token: Token) -> bool:
    return token.tag in NOUN_LIKE or token.tag in ("k", "vg", "ag") or token.word in VERBS_IN_TERMS


def _term(run: list[Token], how: str) -> Term | None:
    if not run:
        return None
    surface = "".join(token.word for token in run)
    if len(surface) < 2 or len(surface) > MOST_CHARACTERS or not _says_something(run, surface):
        return None
    form = normal_form(surface, "zh")
    if len(form) < 2 or form in GENERIC:
        return None
    return Term(run[0].start, run[-1].stop, form, type_of(form, surface), how)


def _says_something(run: list[Token], surface: str) -> bool:
    if all(token.word in GENERIC for token in run):
        return False
    if len(run) == 1:
        token = run[0]
        if token.tag == "eng":
            return len(token.word) >= 3 or (len(token.word) == 2 and token.word.isupper())
        # A lone two-character word is a term only where its ending names a kind of thing.
        return token.tag in NOUN_LIKE and (len(surface) >= 3 or bool(type_of(surface)))
    return sum(len(token.word) > 1 for token in run) >= 1


_BRACKET = re.compile(r"[（(]([^（()）]{2,90})[)）]")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]*(?:[ -][A-Za-z][A-Za-z'-]*){0,7}\Z")
_SHORT = re.compile(r"(?:简称|缩写为?|以下简称)?[:：\"“]?\s*([A-Z][A-Za-z0-9-]{1,9})[\"”]?\Z")
_PARTS = re.compile(r"\s*[,，;；、:：]\s*")
_NO_NAMES = re.compile(
    r"(?:mm|cm|km|kg|mg|ml|min|rpm|[mg]pa|wt|vol|nm|mol|dpi|[mgk]hz|fig|table|et|al|the|and)\b", re.I
)


def namings(text: str, start: int, stop: int, found: list[Term]) -> Iterator[Naming]:
    """Yield the names of a sentence that are followed by their English name or short form in brackets.

    A short form needs a term before it; an English name tells by its length where the Chinese one begins.
    """
    ending = {term.stop: term.start for term in found if term.how == "sequence"}
    words: list[Word] = []
    for bracket in _BRACKET.finditer(text, start, stop):
        english, short = _bracketed(text, bracket)
        begin = ending.get(bracket.start(), -1)
        if english[0]:
            words = words or [Word(*token) for token in tokens(text, start, stop)]
            begin = begins(text, words, bracket.start(), english[0])
        if begin >= 0 and not text[begin].isascii() and (english[0] or short[0]):
            yield Naming(begin, bracket.start(), *english, *short)


def _bracketed(text: str, bracket: "re.Match[str]") -> tuple[tuple[str, int], tuple[str, int]]:
    """Give the English name and the short form in a bracket, with their places; empty where there is none."""
    english, short = ("", 0), ("", 0)
    at = bracket.start(1)
    for part in _PARTS.split(bracket.group(1)):
        place = text.find(part, at, bracket.end())
        at = max(at, place)
        match = _SHORT.match(part)
        if match and sum(c.isupper() for c in match.group(1)) >= 2 and not short[0]:
            short = match.group(1), place + match.start(1)
        elif not english[0] and _is_english(part):
            english = part, place
    return english, short


def _is_english(part: str) -> bool:
    words = part.split()
    if not _ENGLISH.match(part) or not words or _NO_NAMES.match(part):
        return False
    return len(part) >= 4 and sum(len(word) > 2 for word in words) * 2 >= len(words)
