"""Relations with the encoder's eyes: vectors of both entities and of what stands between, beside the words.

It promises the published vectors as they are, untrained, with scale and strength that were chosen on a
fifth of the training pairs. It refuses to look at types.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.understanding.encoder import Encoder
from benchmarks.understanding.transformer import Array

if TYPE_CHECKING:
    from benchmarks.understanding.relations import Pair

WEIGHT = 0.02
"""What a standardised coordinate weighs beside the words' weights, which have length one together."""
STRENGTH = 0.5
SEED = 0


def classify(
    learn: "Sequence[Pair]", test: "Sequence[Pair]", look: "Callable[[Pair], dict[str, float]]"
) -> list[str]:
    """Give the labels of a linear machine on words and vectors."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    words = make_pipeline(DictVectorizer(), TfidfTransformer(sublinear_tf=True))
    known, asked = words.fit_transform(map(look, learn)), words.transform(map(look, test))
    seen, unseen = _vectors([*learn], [*test])
    middle, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-6
    both = [
        hstack([some, csr_matrix((rows - middle) / spread * WEIGHT)]).tocsr()
        for some, rows in ((known, seen), (asked, unseen))
    ]
    model = LinearSVC(C=STRENGTH, random_state=SEED).fit(both[0], [pair.label for pair in learn])
    return [str(label) for label in model.predict(both[1])]


def _vectors(learn: "list[Pair]", test: "list[Pair]") -> tuple[Array, Array]:
    sentences = sorted({_words(pair) for pair in (*learn, *test)})
    found = dict(zip(sentences, Encoder(["O"]).vectors(sentences), strict=True))
    rows = np.array([row(pair, found[_words(pair)]) for pair in (*learn, *test)])
    return rows[: len(learn)], rows[len(learn) :]


def _words(pair: "Pair") -> tuple[str, ...]:
    return (*pair.before, *pair.first, *pair.between, *pair.second, *pair.after)


def row(pair: "Pair", vectors: Array) -> Array:
    """Lay out the means of head, tail and the words between, the last words of both, and head times tail."""
    edges = np.cumsum([len(pair.before), len(pair.first), len(pair.between), len(pair.second)])
    one, two = _mean(vectors[edges[0] : edges[1]]), _mean(vectors[edges[2] : edges[3]])
    head, tail = (two, one) if pair.turned else (one, two)
    between = _mean(vectors[edges[1] : edges[2]])
    lasts = [_mean(vectors[edge - 1 : edge]) for edge in (edges[1], edges[3])]
    return np.concatenate([head, tail, between, *lasts, head * tail])


def _mean(rows: Array) -> Array:
    made: Array = rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1], np.float32)
    return made
