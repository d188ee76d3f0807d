"""Relations between gold entities: the linear baseline of the design notes, and a richer linear model.

It promises that both see the same pairs on the same split. It refuses to call a pattern a classifier:
the shipped patterns are scored end to end, strictly, on their own line.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from benchmarks.understanding import encoder, ends, scierc, shipped, tfh, vectors
from benchmarks.understanding.folds import folds, unlike
from benchmarks.understanding.gold import Gold, Relation, Text
from benchmarks.understanding.metrics import RESAMPLES, SEED, Score, counts, score
from benchmarks.understanding.table import Line, Options, Outcome
from benchmarks.understanding.taggers import BLEND, RICHER, tagged
from silobridge.ingest.extractors.types import type_of
from silobridge.kg.errors import MissingExtra, ReadError
from silobridge.kg.forms import singular
from silobridge.kg.model import Kind

PREDICATES = {"PartOf": "part-of", "MadeOf": "made-of", "InstanceOf": "is-a", "Purpose": "used-for",
              "Causitive": "causes", "Generate": "produces", "Comparison": "compared-with",
              "Measurement": "measured-by"}  # fmt: skip

MARKS = ("[[", "]]", "<<", ">>")
TURNED = frozenset({"PartOf"})
"""Labels whose head is what a claim has as its object: PartOf runs from the whole to the part."""


class Pair(NamedTuple):
    """A sentence cut around two entities, in the order of the text; `turned` says the head comes second."""

    before: tuple[str, ...]
    first: tuple[str, ...]
    between: tuple[str, ...]
    second: tuple[str, ...]
    after: tuple[str, ...]
    turned: bool
    kinds: tuple[str, str]
    label: str
    group: str


def run_scierc(options: Options) -> Outcome:
    """Evaluate relation classification on SciERC's marked pairs, and relations end to end."""
    training, testing = scierc.pairs(options.data)
    gold = scierc.load(options.data)
    teaching = gold.training
    if not training:
        training = [row for rows in scierc.pairs(options.training) for row in rows]
        tested = {_unmarked(row) for row in testing}
        training = [row for row in training if _unmarked(row) not in tested]
        other = scierc.load(options.training)
        teaching = tuple(unlike([*other.training, *other.texts], gold.texts))
    if not testing:
        raise ReadError(
            "no marked pairs to test", where=str(options.data), expected="a .jsonl file without `train`"
        )
    learn, test = [_marked(row, {}) for row in training], [_marked(row, {}) for row in testing]
    right = _both(learn, test)
    if encoder.folder():
        right["linear richer, with vectors"] = vectors.classify(learn, test, richer)
    kinds = scierc.kinds(Gold((*teaching, *gold.texts)))
    typed = [[_marked(row, kinds) for row in rows] for rows in (training, testing)]
    right["linear richer, gold types"] = _classify(typed[0], typed[1], richer, 0.2)
    known = sum(pair.kinds != ("", "") for pair in typed[1])
    lines = _lines("accuracy, gold entities", test, right)
    notes = [f"{len(learn)} pairs to train, {len(test)} to test, 7 labels, gold entities;"
             f" types known for {known} tested pairs, seen by the last line alone;"
             f" majority {_majority(learn, test):.3f}", _macro(learn, test, right)]  # fmt: skip
    if gold.texts:
        spans = tagged(teaching, gold.texts, options, scierc.LEAST)
        best = BLEND if BLEND in spans else RICHER
        lines += ends.lines((teaching, training), (gold.texts, testing), spans[best], _between)
        notes.append(f"end to end: spans of *{best}* trained on the same side, all pairs of a sentence, `linear richer`"
                     " with the tagger's labels; right where both spans, label and direction are")  # fmt: skip
    return Outcome("SciERC relations", scierc.LICENCE, tuple(lines), tuple(notes))


def _between(learn: Sequence[ends.Between], test: Sequence[ends.Between]) -> list[str]:
    """Label pairs of which the direction is to be found too."""
    return (
        _classify([_cut(pair) for pair in learn], [_cut(pair) for pair in test], richer, 0.2) if test else []
    )


def _cut(pair: ends.Between) -> Pair:
    (a, b), (c, d) = pair.one, pair.other
    words = pair.words
    return Pair(words[:a], words[a : b + 1], words[b + 1 : c], words[c : d + 1], words[d + 1 :], False,
                pair.kinds, pair.label, "")  # fmt: skip


def run_tfh(options: Options) -> Outcome:
    """Evaluate relation classification on TFH's pairs, and the shipped claims end to end."""
    gold = tfh.load(options.data)
    texts = list(gold.texts)
    if options.apart:
        other = unlike(tfh.load(options.training).texts, texts)
        splits = [(other, texts)]
    else:
        dealt = folds(texts)[:2]
        splits = [
            ([t for n, t in enumerate(texts) if n not in set(fold)], [texts[n] for n in fold])
            for fold in dealt
        ]
    learn_all: list[Pair] = []
    test_all: list[Pair] = []
    right: dict[str, list[str]] = {"linear baseline": [], "linear richer": []}
    for training, testing in splits:
        learn, test = [p for t in training for p in pairs(t)], [p for t in testing for p in pairs(t)]
        for name, said in _both(learn, test).items():
            right[name].extend(said)
        learn_all, test_all = learn, [*test_all, *test]
    notes = (
        f"gold entities with their types, 15 labels, related pairs only; {len(splits)} folds,"
        f" {len(test_all)} pairs tested; majority {_majority(learn_all, test_all):.3f}",
        "end to end: a shipped claim is right where both spans and the predicate are exactly the gold relation's,"
        " in the eight labels that have a predicate here",
    )
    lines = [*_lines("accuracy, gold entities", test_all, right), _strict(texts, options.apart)]
    return Outcome("TFH relations", tfh.LICENCE, tuple(lines), notes)


def pairs(text: Text) -> list[Pair]:
    """Give a text's related pairs with the words around them."""
    found = []
    for relation in text.relations:
        head, tail = text.entities[relation.head], text.entities[relation.tail]
        turned = tail.start < head.start
        one, two = (tail, head) if turned else (head, tail)
        found.append(
            Pair(
                tuple(text.text[max(0, one.start - 40) : one.start].split()[-3:]),
                tuple(text.text[one.start : one.stop].split()),
                tuple(text.text[one.stop : max(one.stop, two.start)].split()),
                tuple(text.text[two.start : two.stop].split()),
                tuple(text.text[two.stop : two.stop + 40].split()[:3]),
                turned, (one.label, two.label), relation.label, text.id,
            )
        )  # fmt: skip
    return found


def _unmarked(row: Mapping[str, Any]) -> str:
    return " ".join(word for word in row["text"].split() if word not in MARKS)


def _marked(row: dict[str, Any], kinds: Mapping[str, Mapping[tuple[int, int], str]]) -> Pair:
    words = row["text"].split()
    marks = {mark: words.index(mark) for mark in MARKS}
    turned = marks["<<"] < marks["[["]
    sentence = _unmarked(row)
    one, other = tuple(row["metadata"][:2]), tuple(row["metadata"][2:])
    one, other = (other, one) if turned else (one, other)
    labels = kinds.get(sentence, {})
    a, b, c, d = sorted(marks.values())
    return Pair(
        tuple(words[:a]), tuple(words[a + 1 : b]), tuple(words[b + 1 : c]), tuple(words[c + 1 : d]),
        tuple(words[d + 1 :]), turned, (labels.get(one, ""), labels.get(other, "")), row["label"], sentence,
    )  # fmt: skip


def plain(pair: Pair) -> dict[str, float]:
    """Give the baseline's features: words marked by their place, and pairs of words between."""
    rows: Counter[str] = Counter()
    parts = (
        ("b", pair.before[-3:]),
        ("1", pair.first),
        ("m", pair.between),
        ("2", pair.second),
        ("a", pair.after[:3]),
    )
    for mark, words in parts:
        rows.update(f"{mark}={word.lower()}" for word in words)
    middle = [word.lower() for word in pair.between]
    rows.update(f"mm={one} {two}" for one, two in pairwise(middle))
    rows[f"t={pair.turned}"] = 1
    rows[f"k={pair.kinds}"] = 1
    return dict(rows)


def richer(pair: Pair) -> dict[str, float]:
    """Give more: directed and stemmed contexts, ends of the span between, types of the heads, lengths."""
    rows = plain(pair)
    turned = pair.turned
    middle = [word.lower() for word in pair.between]
    heads = [singular(words[-1].lower()) if words else "" for words in (pair.first, pair.second)]
    types = [type_of(head) for head in heads]
    said = " ".join(word for word in middle if not word[:1].isdigit())
    near = f"{pair.before[-1].lower() if pair.before else ''}|{pair.after[0].lower() if pair.after else ''}"
    acronym = [any(word.isupper() and len(word) > 1 for word in words) for words in (pair.first, pair.second)]
    made = [
        f"D={turned}|{said}" if len(middle) <= 5 else f"D={turned}|long", f"S={said}" if len(middle) <= 5 else "S",
        f"H={turned}|{heads[0]}", f"G={turned}|{heads[1]}", f"HG={heads[0]}|{heads[1]}|{turned}",
        f"T={types}|{turned}", f"TS={types}|{middle[-1] if middle else ''}|{turned}",
        f"n={min(len(middle), 8)}", f"x={','in middle}|{'and' in middle}|{'or' in middle}", f"near={near}",
        f"ac={acronym}", f"first={turned}|{' '.join(middle[:2])}", f"last={turned}|{' '.join(middle[-2:])}",
        f"only={turned}|{middle[0] if len(middle) == 1 else len(middle) == 0}", f"K={pair.kinds}|{turned}",
        f"KS={pair.kinds}|{turned}|{middle[-1] if middle else ''}",
        f"KF={pair.kinds}|{turned}|{middle[0] if middle else ''}",
        f"k1={pair.kinds[0]}|{turned}", f"k2={pair.kinds[1]}|{turned}",
    ]  # fmt: skip
    made += [f"d{turned}={word}" for word in middle]
    made += [f"5{word[:5]}{turned}" for word in middle if len(word) > 4]
    made += [f"3={turned}|{' '.join(middle[n : n + 3])}" for n in range(len(middle) - 2)]
    made += [f"bb={turned}|{' '.join(word.lower() for word in pair.before[-2:])}"]
    for key in made:
        rows[key] = 1
    return rows


def _both(learn: Sequence[Pair], test: Sequence[Pair]) -> dict[str, list[str]]:
    return {
        "linear baseline": _classify(learn, test, plain, 1.0),
        "linear richer": _classify(learn, test, richer, 0.2),
    }


def _classify(
    learn: Sequence[Pair], test: Sequence[Pair], look: Callable[[Pair], dict[str, float]], strength: float
) -> list[str]:
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.feature_extraction.text import TfidfTransformer
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise MissingExtra("scikit-learn", "evaluate") from error
    model = make_pipeline(
        DictVectorizer(), TfidfTransformer(sublinear_tf=True), LinearSVC(C=strength, random_state=SEED)
    )
    model.fit([look(pair) for pair in learn], [pair.label for pair in learn])
    return [str(label) for label in model.predict([look(pair) for pair in test])]


def _lines(part: str, test: Sequence[Pair], said: dict[str, list[str]]) -> list[Line]:
    """Give accuracies with intervals over groups of pairs that share a sentence or document."""
    names = sorted({pair.group for pair in test})
    place = {name: number for number, name in enumerate(names)}
    totals = np.bincount([place[pair.group] for pair in test], minlength=len(names))
    draws = np.random.default_rng(SEED).integers(0, len(names), (RESAMPLES, len(names)))
    shares: dict[str, Any] = {}
    for name, labels in said.items():
        hits = np.bincount(
            [place[pair.group] for pair in test],
            [label == pair.label for label, pair in zip(labels, test, strict=True)], len(names),
        )  # fmt: skip
        shares[name] = (hits.sum() / totals.sum(), hits[draws].sum(axis=1) / totals[draws].sum(axis=1))
    base = shares["linear baseline"]
    lines = []
    for name, (value, spread) in shares.items():
        low, high = np.quantile(spread, (0.025, 0.975))
        edges = np.quantile(spread - base[1], (0.025, 0.975))
        gain = (
            None if name == "linear baseline" else (float(value - base[0]), float(edges[0]), float(edges[1]))
        )
        shown = Score(float(value), float(value), float(value), float(low), float(high), len(test), len(test))
        lines.append(Line(part, name, shown, gain, "linear baseline" if gain else ""))
    return lines


def _majority(learn: Sequence[Pair], test: Sequence[Pair]) -> float:
    label = Counter(pair.label for pair in learn).most_common(1)[0][0]
    return sum(pair.label == label for pair in test) / max(1, len(test))


def _macro(learn: Sequence[Pair], test: Sequence[Pair], said: dict[str, list[str]]) -> str:
    from sklearn.metrics import f1_score

    gold = [pair.label for pair in test]
    shown = ", ".join(f"{name} {f1_score(gold, some, average='macro'):.3f}" for name, some in said.items())
    return f"macro F1: {shown}"


def _strict(texts: Sequence[Text], apart: bool) -> Line:
    """Score the shipped claims against gold relations, spans and predicate exact; types as other texts teach them."""
    some = random.Random(SEED).sample(list(texts), min(len(texts), 300))
    with shipped.taught_by("" if apart else tfh.FOLDER, [] if apart else unlike(texts, some)):
        _, claims = shipped.extract(some, kind=Kind.PATENT)
    gold = [[_gold(t, r) for r in t.relations if r.label in PREDICATES] for t in some]
    known = set(PREDICATES.values())
    found = [[(*c.subject, *c.object, c.predicate) for c in said if c.predicate in known] for said in claims]
    return Line("end to end, strict", "shipped claims", score(counts(gold, found)))


def _gold(text: Text, relation: Relation) -> tuple[int, int, int, int, str]:
    one, other = text.entities[relation.head], text.entities[relation.tail]
    one, other = (other, one) if relation.label in TURNED else (one, other)
    return (*one[:2], *other[:2], PREDICATES[relation.label])
