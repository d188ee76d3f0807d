"""A conditional random field over words: training, tagging with averaged marginals, labels to spans.

It promises the same model for the same rows: one thread, no randomness. It refuses adjacent entities of
one label as two (11 of 20,568 in TFH): labels are IO.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.understanding.features import Features
from benchmarks.understanding.gold import Entity
from benchmarks.understanding.words import Sentence
from silobridge.kg.errors import MissingExtra


def labels(sentence: Sentence, entities: Sequence[Entity]) -> list[str]:
    """Label the words of a sentence with the entity they touch; of nested entities the longest wins."""
    found = ["O"] * len(sentence.words)
    for entity in sorted(entities, key=lambda each: each.stop - each.start):
        for place, (start, stop) in enumerate(zip(sentence.starts, sentence.stops, strict=True)):
            if start < entity.stop and entity.start < stop:
                found[place] = entity.label
    return found


def spans(sentence: Sentence, tags: Sequence[str]) -> list[Entity]:
    """Read a sentence's labels as spans: runs of one label."""
    found: list[Entity] = []
    before = "O"
    for place, tag in enumerate(tags):
        if tag != "O" and tag == before:
            found[-1] = found[-1]._replace(stop=sentence.stops[place])
        elif tag != "O":
            found.append(Entity(sentence.starts[place], sentence.stops[place], tag))
        before = tag
    return found


def train(
    rows: Sequence[Features], tags: Sequence[list[str]], path: Path, settings: Mapping[str, float]
) -> None:
    """Train on sentences and write the model.

    Parameters
    ----------
    rows, tags
        Features and labels, sentence by sentence.
    path
        Where the model goes.
    settings
        crfsuite's parameters for L-BFGS, over ``c1=0.1, c2=0.05, max_iterations=100``.
    """
    trainer = _crfsuite().Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": 100, **settings})
    for row, some in zip(rows, tags, strict=True):
        trainer.append(row, some)
    path.parent.mkdir(parents=True, exist_ok=True)
    trainer.train(str(path))


def tag(model: bytes, rows: Sequence[Features]) -> list[tuple[list[str], list[str], np.ndarray[Any, Any]]]:
    """Give each sentence's most likely labels, the labels known, and words × labels probabilities."""
    tagger = _crfsuite().Tagger()
    found = []
    with tagger.open_inmemory(model):
        known = sorted(tagger.labels())
        for row in rows:
            tags = list(tagger.tag(row))
            inside = [place for place, tag in enumerate(tags) if tag != "O"]
            chances = np.zeros((len(row), len(known)))
            for place in inside:
                chances[place] = [tagger.marginal(label, place) for label in known]
            found.append((tags, known, chances))
    return found


def everywhere(model: bytes, rows: Sequence[Features], labels: Sequence[str]) -> list[np.ndarray[Any, Any]]:
    """Give words × labels probabilities of every word, inside an entity or not."""
    tagger = _crfsuite().Tagger()
    with tagger.open_inmemory(model):
        known = set(tagger.labels())
        found = []
        for row in rows:
            tagger.set(row)
            found.append(
                np.array(
                    [
                        [tagger.marginal(label, place) if label in known else 0.0 for label in labels]
                        for place in range(len(row))
                    ]
                ).reshape(len(row), len(labels))
            )
        return found


def transitions(model: bytes, labels: Sequence[str]) -> np.ndarray[Any, Any]:
    """Give the weights of a label after another."""
    tagger = _crfsuite().Tagger()
    with tagger.open_inmemory(model):
        weights = tagger.info().transitions
    return np.array([[weights.get((one, two), 0.0) for two in labels] for one in labels])


def _crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError as error:
        raise MissingExtra("python-crfsuite", "evaluate") from error
    return pycrfsuite
