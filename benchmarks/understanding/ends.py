"""Relations end to end on SciERC: spans by the tagger that the training part taught, pairs of them by a linear model.

It promises that a relation is right only where both spans and the label are, and that the shipped claims
are scored beside it on the labels that have a predicate here. It refuses gold spans of what it tests.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from benchmarks.understanding import shipped
from benchmarks.understanding.gold import Entity, Text
from benchmarks.understanding.metrics import Counts, counts
from benchmarks.understanding.table import Line, compared
from silobridge.kg.model import Kind

NONE = "none"
MUTUAL = frozenset({"CONJUNCTION", "COMPARE"})
PREDICATES = {"used-for": "USED-FOR", "is-a": "HYPONYM-OF", "part-of": "PART-OF", "compared-with": "COMPARE",
              "measured-by": "EVALUATE-FOR"}  # fmt: skip
TURNED = frozenset({"measured-by"})
"""Predicates whose subject is what the label has as its second entity."""
PART, NARROW = "end to end, strict", "end to end, strict, five labels"
Place = tuple[int, int]
Told = tuple[Place, Place, str]


class Between(NamedTuple):
    """A sentence's words, two of its entities in order, and what holds between them."""

    words: tuple[str, ...]
    one: Place
    other: Place
    kinds: tuple[str, str]
    label: str


def told(rows: Sequence[Mapping[str, Any]]) -> dict[str, set[Told]]:
    """Give, by a sentence's words, the relations marked in it: places of both words first to last, and label.

    Examples
    --------
    >>> told([{"text": "<< a >> of [[ b c ]]", "label": "PART-OF", "metadata": [2, 3, 0, 0]}])
    {'a of b c': {((2, 3), (0, 0), 'PART-OF')}}
    """
    found: dict[str, set[Told]] = defaultdict(set)
    for row in rows:
        words = " ".join(word for word in row["text"].split() if word not in ("[[", "]]", "<<", ">>"))
        a, b, c, d = row["metadata"]
        found[words].add(_ordered((a, b), (c, d), row["label"]))
    return dict(found)


def lines(
    teach: tuple[Sequence[Text], Sequence[Mapping[str, Any]]],
    test: tuple[Sequence[Text], Sequence[Mapping[str, Any]]],
    spans: Sequence[Sequence[Entity]],
    classify: Callable[[Sequence[Between], Sequence[Between]], Sequence[str]],
) -> list[Line]:
    """Score both systems.

    Parameters
    ----------
    teach, test
        Texts and marked pairs of each side.
    spans
        What a tagger found in the texts to test.
    classify
        Trains on the first pairs and labels the second.
    """
    texts, marked = test
    known = told(teach[1])
    learn = [pair for text in teach[0] for pair in _pairs(text, text.entities, known)]
    asked = [list(_pairs(text, some, {})) for text, some in zip(texts, spans, strict=True)]
    said = iter(classify(learn, [pair for some in asked for pair in some]))
    found = [[_read(pair, next(said)) for pair in some] for some in asked]
    gold = told(marked)
    right = [
        {(words, *each) for words, _ in _sentences(text) for each in gold.get(words, ())} for text in texts
    ]
    answers = [{each for each in some if each[3] != NONE} for some in found]
    _, claims = shipped.extract(texts, kind=Kind.PAPER)
    ours = [set(_claimed(text, some)) for text, some in zip(texts, claims, strict=True)]
    few = set(PREDICATES.values())
    return [
        *compared(PART, [("tagger, then pairs", counts(right, answers))]),
        *compared(NARROW, [("shipped claims", _only(few, right, ours)), ("tagger, then pairs", _only(few, right, answers))],
                  "shipped claims"),
    ]  # fmt: skip


def _only(labels: set[str], *sides: Sequence[set[tuple[Any, ...]]]) -> Counts:
    right, found = ([{each for each in some if each[-1] in labels} for some in side] for side in sides)
    return counts(right, found)


def _sentences(text: Text) -> Iterator[tuple[str, tuple[Place, ...]]]:
    for row in text.tokens:
        yield " ".join(text.text[start:stop] for start, stop in row), row


def _places(row: Sequence[Place], spans: Sequence[Place]) -> dict[Place, Place]:
    """Give first and last word of the spans that begin and end with words of a sentence."""
    first = {start: number for number, (start, _) in enumerate(row)}
    last = {stop: number for number, (_, stop) in enumerate(row)}
    return {(a, b): (first[a], last[b]) for a, b in spans if a in first and b in last}


def _pairs(text: Text, entities: Sequence[Entity], known: Mapping[str, set[Told]]) -> Iterator[Between]:
    kinds = {entity[:2]: entity.label for entity in entities}
    for words, row in _sentences(text):
        marked = {
            (min(one, other), max(one, other)): label if one < other else f"{label}<"
            for one, other, label in sorted(known.get(words, ()))
        }
        inside = sorted((place, kinds[span]) for span, place in _places(row, list(kinds)).items())
        for (one, kind), (other, second) in combinations(inside, 2):
            yield Between(tuple(words.split()), one, other, (kind, second), marked.get((one, other), NONE))


def _read(pair: Between, said: str) -> tuple[str, Place, Place, str]:
    one, other = (pair.other, pair.one) if said.endswith("<") else (pair.one, pair.other)
    return (" ".join(pair.words), *_ordered(one, other, said.rstrip("<")))


def _ordered(one: Place, other: Place, label: str) -> Told:
    return (min(one, other), max(one, other), label) if label in MUTUAL else (one, other, label)


def _claimed(text: Text, claims: Sequence[shipped.Said]) -> Iterator[tuple[str, Place, Place, str]]:
    for words, row in _sentences(text):
        for claim in claims:
            places = _places(row, [claim.subject, claim.object])
            if len(places) == 2 and claim.predicate in PREDICATES:
                one, other = places[claim.subject], places[claim.object]
                one, other = (other, one) if claim.predicate in TURNED else (one, other)
                yield (words, *_ordered(one, other, PREDICATES[claim.predicate]))
