"""What a record says in two languages: which part is in which, and keywords listed beside each other.

It promises that every part is read by the extractor of its own language, if there is one, and a pair for each place of two
keyword lists of one length, as an observation like any other. It refuses lists of different lengths: which
keyword stands for which is then a guess.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from silobridge.ingest.extractors import chinese_lexicon, types
from silobridge.ingest.extractors.record import (
    Abbreviation,
    Evidence,
    Extraction,
    Mention,
    Quantity,
    Sentence,
)
from silobridge.ingest.text.language import detect
from silobridge.kg.forms import normal_form
from silobridge.kg.model import Span

BOTH = ("en", "zh")
HOW = "metadata"
"""How such a pair was found, beside `translation` for names a text gives together."""

MOST = 40
"""Keywords of a list that is paired; a longer one is no list of keywords."""

LONGEST = 80
"""Characters of a keyword that is paired; what is longer is a sentence."""

_HAS_CJK = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")
_PARTED = re.compile(r"[^;；\n]+"), re.compile(r"[^,，、\n]+"), re.compile(r"\S+")
"""What stands between separators: the first of them that parts a list; blanks part Chinese alone."""


def parts(text: str, spans: Sequence[Span], language: str) -> dict[str, tuple[str, tuple[Span, ...]]]:
    r"""Sort the spans of a text by language, each with the text blank elsewhere: what is plainly not in it goes apart.

    Examples
    --------
    >>> spans = (Span("title", "", 0, 4), Span("abstract", "", 6, 35))
    >>> found = parts("热管综述\n\nHeat pipes move a lot of heat", spans, "zh")
    >>> {code: (text.strip(), len(some)) for code, (text, some) in found.items()}
    {'zh': ('热管综述', 1), 'en': ('Heat pipes move a lot of heat', 1)}
    """
    if language not in BOTH or (language == "en" and (text.isascii() or not _HAS_CJK.search(text))):
        return {language: (text, tuple(spans))}
    found: dict[str, list[Span]] = {language: []}
    for span in spans:
        said = text[span.start : span.stop]
        own = bool(_HAS_CJK.search(said)) == (language == "zh")
        other = language if own else detect(said)
        found.setdefault(language if other == "und" else other, []).append(span)
    if len(found) == 1:
        return {language: (text, tuple(spans))}
    return {code: (_only(text, some), tuple(some)) for code, some in found.items()}


def _only(text: str, spans: Sequence[Span]) -> str:
    """Blank what is outside some spans, keeping every offset."""
    kept, at = [], 0
    for span in spans:
        kept += ["\n" * (span.start - at), text[span.start : span.stop]]
        at = span.stop
    return "".join(kept) + "\n" * (len(text) - at)


def merged(found: Collection[Extraction], text: str, spans: Sequence[Span]) -> Extraction:
    """Put what was read in two languages together, in the order of the text, with the keywords' pairs."""
    if len(found) == 1:
        return next(iter(found))
    every = sorted(chain.from_iterable(each.sentences for each in found))
    place = {sentence: number for number, sentence in enumerate(every)}
    mentions: list[Mention] = []
    abbreviations: list[Abbreviation] = []
    evidence: list[Evidence] = []
    quantities: list[Quantity] = []
    for each in found:
        home = [place[sentence] for sentence in each.sentences]
        mentions += (row._replace(sentence=home[row.sentence]) for row in each.mentions)
        abbreviations += (row._replace(sentence=home[row.sentence]) for row in each.abbreviations)
        evidence += (row._replace(sentence=home[row.sentence]) for row in each.evidence)
        quantities += (row._replace(sentence=home[row.sentence]) for row in each.quantities)
    told = {(row.start, row.stop, row.form) for row in mentions}
    for pair in pairs(text, spans):
        both = [_mention(text, every, *each) for each in zip(BOTH, pair, strict=True)]
        abbreviations.append(Abbreviation(both[0].sentence, both[0].surface, both[1].surface, HOW))
        mentions += (made for made in both if (made.start, made.stop, made.form) not in told)
    mentions.sort(key=lambda row: (row.start, -row.stop))
    abbreviations.sort(key=lambda row: row.sentence)
    evidence.sort(key=lambda row: row.start)
    quantities.sort(key=lambda row: row.start)
    return Extraction(tuple(every), tuple(mentions), tuple(abbreviations), tuple(evidence), tuple(quantities))


def _mention(text: str, sentences: Sequence[Sentence], code: str, at: tuple[int, int]) -> Mention:
    surface = text[slice(*at)]
    form = normal_form(surface, code)
    kind = types.type_of(form) if code == "en" else chinese_lexicon.type_of(form)
    holder = bisect_right(sentences, at[0], key=lambda sentence: sentence.start) - 1
    return Mention(holder, *at, form, surface, kind, "keyword")


def pairs(text: str, spans: Sequence[Span]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    r"""Yield the places of an English keyword and of the Chinese one that stands in its place.

    Two lists in a row are one list in two languages if all of one is Chinese and nothing of the other is.
    Names written alike in both are passed over.

    Examples
    --------
    >>> text = "热管; CFD; 传热\n\nheat pipe; CFD; heat transfer"
    >>> spans = [Span("keywords", "", 0, 11), Span("keywords", "", 13, 42)]
    >>> [(text[slice(*one)], text[slice(*other)]) for one, other in pairs(text, spans)]
    [('heat pipe', '热管'), ('heat transfer', '传热')]
    """
    lists = [
        (span, bool(_HAS_CJK.search(text, span.start, span.stop)))
        for span in spans
        if span.role == "keywords"
    ]
    at = 0
    while at + 1 < len(lists):
        (one, chinese), (other, too) = lists[at], lists[at + 1]
        at += 1 if chinese == too else 2
        if chinese == too:
            continue
        left, right = _keywords(text, other if chinese else one), _keywords(text, one if chinese else other)
        if len(left) != len(right) or len(left) > MOST:
            continue
        for pair in zip(left, right, strict=True):
            english, name = text[slice(*pair[0])], text[slice(*pair[1])]
            if _LATIN.search(english) and _HAS_CJK.search(name) and max(map(len, (english, name))) <= LONGEST:
                yield pair


def _keywords(text: str, span: Span) -> list[tuple[int, int]]:
    said = text[span.start : span.stop]
    ways = _PARTED if _HAS_CJK.search(said) else _PARTED[:2]
    found = next((some for some in map(lambda way: list(way.finditer(said)), ways) if len(some) > 1), [])
    places = []
    for match in found or _PARTED[0].finditer(said):
        word = match.group()
        begin = span.start + match.start() + len(word) - len(word.lstrip())
        kept = word.strip().rstrip(".。")
        if kept:
            places.append((begin, begin + len(kept)))
    return places
