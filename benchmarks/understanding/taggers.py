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
AGREE = 0.6
"""What the other places of a form in a document weigh in its label; chosen within training documents, flat to 1."""
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


class Both(NamedTuple):
    """The labels, the CRF's weights of one after another, and two taggers' words × labels by document."""

    labels: list[str]
    follows: blend.Array
    ours: list[list[blend.Array]]
    theirs: list[list[blend.Array]]


def sides(training: Sequence[Text], testing: Sequence[Text], keep: Path | None) -> Side:
    """Give the words of both sides of a split, and the labels of the one that teaches."""
    learn, test = sentences(training, keep), sentences(testing, keep)
    tags = [
        crf.labels(row, text.entities) for text, rows in zip(training, learn, strict=True) for row in rows
    ]
    return Side(learn, tags, test)


def tagged(training: Sequence[Text], testing: Sequence[Text], options: Options, least: int) -> Found:
    """Train the taggers on one side of a split and tag the other.

    Parameters
    ----------
    training, testing
        The two sides.
    options
        Where slow steps are kept.
    least
        How often a feature of the richer tagger must stand.

    Returns
    -------
    dict
        Spans by tagger; those with an encoder stand only where its weights are installed.
    """
    side = sides(training, testing, options.keep)
    plain = [[features.baseline(row) for row in rows] for rows in side.test]
    made = {BASELINE: _spans(side, _trained(side, _plain(side.learn), PLAIN, options.keep), plain)[0]}
    model, seen, tables = richer(training, side, least, options.keep)
    again = Relabeller(side.learn, [text.entities for text in training], tables)
    found, sure = _spans(side, model, seen)
    made |= {RICHER: found, TWICE: _settled(side, found, sure, again)}
    if encoder.folder():
        found, sure = _blended(side, both(side, model, seen, options.keep))
        made |= {BLEND: _settled(side, found, sure), BLEND_TWICE: _settled(side, found, sure, again)}
    return made


def richer(training: Sequence[Text], side: Side, least: int, keep: Path | None) -> tuple[bytes, Rows, Tables]:
    """Give the richer tagger's model, what it looks at in the texts to tag, and the tables it uses."""
    settings = {**PLAIN, "feature.minfreq": least} if least > 1 else PLAIN
    tables = features.learned(side.learn, [text.entities for text in training])
    tables = Tables(gazetteer.clusters(), gazetteer.names(), tables.forms, tables.heads)
    own = [features.labelled(rows, text.entities) for text, rows in zip(training, side.learn, strict=True)]
    more = [
        row for rows, mine in zip(side.learn, own, strict=True) for row in features.rich(rows, tables, mine)
    ]
    return _trained(side, more, settings, keep), [features.rich(rows, tables) for rows in side.test], tables


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


def both(side: Side, model: bytes, tests: Rows, keep: Path | None) -> Both:
    """Give the CRF's and the encoder's probabilities of every word, document by document."""
    labels = sorted({tag for row in side.tags for tag in row} | {"O"})
    said = iter(_encoded(side, labels, keep))
    ours = [crf.everywhere(model, made, labels) for made in tests]
    theirs = [[next(said) for _ in made] for made in tests]
    return Both(labels, crf.transitions(model, labels), ours, theirs)


def _blended(side: Side, said: Both) -> tuple[list[list[Entity]], Sure]:
    """Give each document's spans and the log probabilities of the two taggers together."""
    answers = [
        [(tags, said.labels, chances) for tags, chances in blend.decoded(*pair, said.follows, said.labels)]
        for pair in zip(said.ours, said.theirs, strict=True)
    ]
    return _read(side, answers)


def _encoded(side: Side, labels: list[str], keep: Path | None) -> list[blend.Array]:
    """Give the encoder's probabilities for each sentence to test."""
    learn = [row.words for rows in side.learn for row in rows]
    test = [row.words for rows in side.test for row in rows]
    recipe = [getattr(encoder, name) for name in encoder.RECIPE]
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


def _settled(
    side: Side, found: list[list[Entity]], sure: Sure, again: Relabeller | None = None
) -> list[list[Entity]]:
    """Give each span the label on which the tagger, the second look and its form's other places agree best."""
    made = []
    for rows, spans, shares in zip(side.test, found, sure, strict=True):
        looks = again.probabilities(rows, spans) if again else shares
        labels = sorted({*looks[0]} - {"O"}) if looks else []
        worth = np.array([[some.get(label, math.log(NEVER)) for label in labels] for some in shares])
        if again and labels:
            worth += np.log(np.maximum(NEVER, [[look[label] for label in labels] for look in looks]))
        forms = features.forms(rows, spans)
        chosen = [labels[code] for code in agreed(worth, forms).argmax(axis=-1)] if labels else []
        made.append([span._replace(label=label) for span, label in zip(spans, chosen, strict=True)])
    return made


def agreed(worth: blend.Array, forms: Sequence[str], share: float = AGREE) -> blend.Array:
    """Draw the worth of each label of a span towards its mean over the spans of the same form in the document.

    Examples
    --------
    >>> agreed(np.array([[0.0, 1.0], [4.0, 0.0], [0.0, 1.0]]), ["coil", "coil", "yoke"], 0.5).tolist()
    [[1.0, 0.75], [3.0, 0.25], [0.0, 1.0]]
    """
    means = np.array([worth[[other == form for other in forms]].mean(axis=0) for form in forms])
    return (1 - share) * worth + share * means.reshape(worth.shape)
