"""Whether a term means the same on both sides: the company it keeps there.

It promises to tell the motor of a cell from the motor of a drone: companions of the one must be used
where companions of the other are. It refuses to condemn a term of several words for thin company:
such terms seldom have two meanings.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.characteristic import Floats, Rows
from silobridge.queries.bridges.grouping import akin
from silobridge.queries.matrices import Matrices

HALF = 0.03
"""Agreement at which a single word is half believed: on arXiv and patents, homonyms stay below 0.005 and
shared meanings mostly above 0.04."""

COMPANIONS = 200
BATCH = 64


def agreements(matrices: Matrices, terms: Sequence[tuple[int, Rows, Rows]]) -> Floats:
    """Compare the companions of each term on its two sides, at second hand.

    Companions of a side score every document by what it uses of them; the two scores over the documents
    that do not use the term itself are compared by cosine. So companions need not be the same words,
    only words of the same documents. 0 is a different world, 1 the same. O(terms × uses).

    Parameters
    ----------
    terms
        A concept's column, and the documents of either side.
    """
    found = np.zeros(len(terms))
    for start in range(0, len(terms), BATCH):
        some = terms[start : start + BATCH]
        scores = [_scores(matrices, [(concept, (a, b)[side]) for concept, a, b in some]) for side in (0, 1)]
        for at, (concept, _, _) in enumerate(some):
            one, other = (score[:, at].copy() for score in scores)
            one[matrices.rows_using(concept)] = other[matrices.rows_using(concept)] = 0.0
            length = float(np.linalg.norm(one) * np.linalg.norm(other))
            found[start + at] = float(one @ other) / length if length > 0 else 0.0
    return found


def trust(form: str, agreement: float) -> float:
    """Turn agreement into a factor between 0 and 1; several words start at a third.

    A single word that everybody uses (memory, cell, animal) is believed less: it names too much.

    Examples
    --------
    >>> round(trust("oligopeptide", 0.0), 2), round(trust("oligopeptide", 0.03), 2)
    (0.0, 0.5)
    >>> round(trust("memory", 0.03), 2), round(trust("ad hoc network", 0.0), 2)
    (0.14, 0.33)
    """
    several = len(form.split()) > 1
    start = HALF / 2 if several else 0.0
    believed = (agreement + start) / (agreement + start + HALF)
    return believed if several else believed * (1.0 - _everyday(form))


def _everyday(word: str) -> float:
    """Say how far an English word belongs to everybody: 0 for terms of art, 0.8 for the plainest."""
    if not word.isascii():
        return 0.0
    from wordfreq import zipf_frequency

    # Zipf 3 is once in a million words, 5 once in ten thousand.
    return float(min(max((zipf_frequency(word, "en") - 3.0) / 2.5, 0.0), 0.8))


def _scores(matrices: Matrices, terms: Sequence[tuple[int, Rows]]) -> NDArray[np.float64]:
    weighted = matrices.weighted
    companions = np.zeros((weighted.shape[1], len(terms)))
    for at, (concept, rows) in enumerate(terms):
        weight = np.asarray(weighted[rows].sum(0), np.float64).ravel()
        weight[concept] = 0.0
        some = np.flatnonzero(weight)
        chosen = some[np.argsort(-weight[some], kind="stable")][:COMPANIONS]
        form = matrices.form[concept]
        keep = [c for c in chosen.tolist() if not akin(form, matrices.form[c])]
        companions[keep, at] = weight[keep]
    return np.asarray(weighted @ companions, np.float64)
