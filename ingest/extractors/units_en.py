"""Words as readers see them: tokens tied by a hyphen, a short slash or a possessive become one unit.

It promises columns in which a unit hangs where its outermost token hung and keeps the text's offsets.
It refuses to join across a blank or a sentence.
"""

from dataclasses import replace

from silobridge.ingest.extractors.parse_en import Parse

_HYPHENS = frozenset("-–‐‑")
_KEPT = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "JJR", "JJS", "CD"})
_VERBAL = frozenset({"VBN", "VBG"})
_ATTRIBUTIVE = frozenset({"amod", "compound", "nmod"})
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_SLASHED = 5
"""Sides of a slash up to this long make one word: read/write, I/O; longer ones are two words."""


def joined(parse: Parse) -> Parse:
    """Join the tied tokens of a parse; the same parse where there are none."""
    groups = _groups(parse)
    if not groups:
        return parse
    size = len(parse.words)
    unit = list(range(size))
    firsts: list[int] = []
    stops: list[int] = []
    place = 0
    for first, stop in [*groups, (size, size)]:
        while place < first:
            unit[place] = len(firsts)
            firsts.append(place)
            stops.append(place + 1)
            place += 1
        for token in range(first, stop):
            unit[token] = len(firsts)
        if first < stop:
            firsts.append(first)
            stops.append(stop)
        place = stop
    return _regrouped(parse, unit, firsts, stops)


def _groups(parse: Parse) -> list[tuple[int, int]]:
    """List the stretches of tied tokens, half open, in order."""
    groups: list[tuple[int, int]] = []
    words, starts, stops = parse.words, parse.starts, parse.stops
    for token in range(1, len(words) - 1):
        word = words[token]
        if len(word) > 2 or word not in _TIES:
            continue
        if starts[token] != stops[token - 1] or parse.sentences[token - 1] != parse.sentences[token + 1]:
            continue
        if not _ties(parse, token):
            continue
        if groups and groups[-1][1] == token:
            groups[-1] = (groups[-1][0], token + 2)
        elif groups and groups[-1][1] == token + 1:
            continue
        else:
            groups.append((token - 1, token + 2))
    return groups


_TIES = _HYPHENS | {"--", "/", "'s", "’s"}


def _ties(parse: Parse, token: int) -> bool:
    words, tags = parse.words, parse.tags
    before, after = words[token - 1], words[token + 1]
    if words[token][-1] == "s":
        return tags[token - 1] in ("NNP", "NNPS") and tags[token + 1] in _NOUNS
    if parse.starts[token + 1] != parse.stops[token] or not (before[-1].isalnum() and after[0].isalnum()):
        return False
    return words[token] != "/" or (
        len(before) <= _SLASHED >= len(after) and before.isalpha() and after.isalpha()
    )


def _regrouped(parse: Parse, unit: list[int], firsts: list[int], stops: list[int]) -> Parse:
    words, tags, deps, heads, noise = [], [], [], [], []
    for first, stop in zip(firsts, stops, strict=True):
        if stop == first + 1:
            words.append(parse.words[first])
            tags.append(parse.tags[first])
            deps.append(parse.deps[first])
            heads.append(unit[parse.heads[first]])
            noise.append(parse.noise[first])
            continue
        # The outermost token is the one whose head lies outside; a cycle cannot be, so there is one.
        outer = next(
            (
                t
                for t in range(stop - 1, first - 1, -1)
                if not first <= parse.heads[t] < stop or parse.heads[t] == t
            ),
            stop - 1,
        )
        separator = " " if parse.words[first + 1][-1] == "s" else ""
        words.append(
            separator.join(parse.words[first:stop]) if separator else "".join(parse.words[first:stop])
        )
        tags.append(_tag(parse, stop - 1, parse.deps[outer]))
        deps.append(parse.deps[outer])
        heads.append(unit[parse.heads[outer]])
        noise.append(any(parse.noise[first:stop]))
    return replace(
        parse,
        words=words, lower=[word.lower() for word in words], tags=tags, deps=deps, heads=heads, noise=noise,
        starts=[parse.starts[first] for first in firsts],
        stops=[parse.stops[stop - 1] for stop in stops],
        sentences=[parse.sentences[first] for first in firsts],
        entities=[(unit[first], unit[after - 1] + 1, label) for first, after, label in parse.entities],
    )  # fmt: skip


def _tag(parse: Parse, last: int, dep: str) -> str:
    tag = parse.tags[last]
    if tag in _KEPT:
        return tag
    return tag if tag in _VERBAL and dep not in _ATTRIBUTIVE else "JJ"
