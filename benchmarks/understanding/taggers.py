"""Taggers trained for one set: the baseline, a richer one, an encoder beside it, and a second look at each.

It promises that all see the same split, and that a kept model is one trained on exactly these rows. It
refuses to train on what it tests.
"""

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from benchmarks.understanding import blend, crf, encoder, features, gazetteer
from benchmarks.understanding.features import Features, Tables
from benchmarks.understanding.gold import Entity, Text
from benchmarks.understanding.relabel import Relabeller
from benchmarks.understanding.table import Options
from benchmarks.understanding.words import Sentence, sentences

BASELINE, RICHER, TWICE = "CRF baseline", "CRF richer", "CRF richer, relabelled"
BLEND, BLEND_TWICE = "CRF richer × encoder", "CRF richer × encoder, relabelled"
TAGGERS = (BASELINE, RICHER, TWICE, BLEND, BLEND_TWICE)
PLAIN = {"max_iterations": 60}

NEVER = 1e-6
Found = dict[str, list[list[Entity]]]
Documents = Sequence[Sequence[Sentence]]
Rows = list[list[Features]]
Sure = list[list[Mapping[str, float]]]
Answer = tuple[Sequence[str], Sequence[str], blend.Array]
"""A sentence's labels, the labels known, and words × labels probabilities."""


class Side(NamedTuple):
    """The words of a split's two sides, and the labels of the first."""

    learn: list[list[Sentence]]
    tags: list[list[str]]
    test: list[list[Sentence]]


def tagged(
    training: Sequence[Text], testing: Sequence[Text], options: Options, least: int, encoded: bool = False
) -> Found:
    """Train the taggers on one side of a split and tag the other.

    Parameters
    ----------
    training, testing
        The two sides.
    options
        Where slow steps are kept.
    least
        How often a feature of the richer tagger must stand.
    encoded
        Whether an encoder is trained too, where its weights are installed.
    """
    settings = {**PLAIN, "feature.minfreq": least} if least > 1 else PLAIN
    learn, test = sentences(training, options.keep), sentences(testing, options.keep)
    tags = [
        crf.labels(row, text.entities) for text, rows in zip(training, learn, strict=True) for row in rows
    ]
    side = Side(learn, tags, test)
    plain = [[features.baseline(row) for row in rows] for rows in test]
    made = {BASELINE: _spans(side, _trained(side, _plain(learn), PLAIN, options.keep), plain)[0]}
    tables = features.learned(learn, [text.entities for text in training])
    tables = Tables(gazetteer.clusters(), gazetteer.names(), tables.forms, tables.heads)
    own = [features.labelled(rows, text.entities) for text, rows in zip(training, learn, strict=True)]
    more = [row for rows, mine in zip(learn, own, strict=True) for row in features.rich(rows, tables, mine)]
    seen = [features.rich(rows, tables) for rows in test]
    again = Relabeller(learn, [text.entities for text in training], tables)
    model = _trained(side, more, settings, options.keep)
    found, sure = _spans(side, model, seen)
    made |= {RICHER: found, TWICE: _twice(side, found, sure, again)}
    if encoded and encoder.folder():
        found, sure = _blended(side, model, seen, options.keep)
        made |= {BLEND: found, BLEND_TWICE: _twice(side, found, sure, again)}
    return made


def _plain(documents: Documents) -> list[Features]:
    return [features.baseline(row) for rows in documents for row in rows]


def _trained(side: Side, rows: list[Features], settings: Mapping[str, float], keep: Path | None) -> bytes:
    """Give a trained model's bytes."""
    digest = sha256(repr((settings, (rows, side.tags))).encode()).hexdigest()[:16]
    with TemporaryDirectory() as scratch:
        path = (keep or Path(scratch)) / f"model-{digest}.crf"
        if not path.exists():
            crf.train(rows, side.tags, path, settings)
        return path.read_bytes()


def _spans(side: Side, model: bytes, tests: Rows) -> tuple[list[list[Entity]], Sure]:
    """Give each document's spans, and the mean log probability of each label over a span's words."""
    return _read(
        side, [[(tags, known, chances) for tags, known, chances in crf.tag(model, made)] for made in tests]
    )


def _blended(side: Side, model: bytes, tests: Rows, keep: Path | None) -> tuple[list[list[Entity]], Sure]:
    """Give the same of the CRF and the encoder together."""
    labels = sorted({tag for row in side.tags for tag in row} | {"O"})
    follows = crf.transitions(model, labels)
    said = iter(_encoded(side, labels, keep))
    answers = []
    for made in tests:
        ours = crf.everywhere(model, made, labels)
        theirs = [next(said) for _ in ours]
        answers.append(
            [(tags, labels, chances) for tags, chances in blend.decoded(ours, theirs, follows, labels)]
        )
    return _read(side, answers)


def _encoded(side: Side, labels: list[str], keep: Path | None) -> list[blend.Array]:
    """Give the encoder's probabilities for each sentence to test."""
    learn = [row.words for rows in side.learn for row in rows]
    test = [row.words for rows in side.test for row in rows]
    recipe = (encoder.WEIGHTS, encoder.TRAINED, encoder.SEEN, encoder.RATE, encoder.BATCH, encoder.SEED)
    digest = sha256(repr((recipe, labels, learn, side.tags, test)).encode()).hexdigest()[:16]
    path = keep / f"encoder-{digest}.npz" if keep else None
    if path and path.exists():
        with np.load(path) as kept:
            return [kept[str(number)] for number in range(len(test))]
    tagger = encoder.Encoder(labels)
    tagger.train(learn, side.tags)
    found = tagger.probabilities(test)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, allow_pickle=False, **{str(number): some for number, some in enumerate(found)})
    return found


def _read(side: Side, answers: Sequence[Sequence[Answer]]) -> tuple[list[list[Entity]], Sure]:
    found: list[list[Entity]] = []
    sure: Sure = []
    for rows, said in zip(side.test, answers, strict=True):
        spans: list[Entity] = []
        shares: list[Mapping[str, float]] = []
        for row, (tags, known, chances) in zip(rows, said, strict=True):
            for entity in crf.spans(row, tags):
                inside = [n for n, start in enumerate(row.starts) if entity.start <= start < entity.stop]
                means = chances[inside].mean(axis=0).tolist()
                spans.append(entity)
                shares.append(
                    {label: math.log(max(mean, NEVER)) for label, mean in zip(known, means, strict=True)}
                )
        found.append(spans)
        sure.append(shares)
    return found, sure


def _twice(side: Side, found: list[list[Entity]], sure: Sure, again: Relabeller) -> list[list[Entity]]:
    """Give each span the label on which the tagger and the second look agree best."""
    made = []
    for rows, spans, shares in zip(side.test, found, sure, strict=True):
        looks = again.probabilities(rows, spans)
        made.append([_best(span, *both) for span, *both in zip(spans, shares, looks, strict=True)])
    return made


def _best(span: Entity, tagger: Mapping[str, float], look: Mapping[str, float]) -> Entity:
    def worth(label: str) -> float:
        return tagger.get(label, math.log(NEVER)) + math.log(max(look[label], NEVER))

    return span._replace(label=max(sorted(look), key=worth))
