"""Whether a term means the same on both sides: the company it keeps there.

It promises to tell the motor of a cell from the motor of a drone: companions of the one must be used
where companions of the other are. It refuses to condemn a term of several words for thin company:
such terms seldom have two meanings.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from silobridge.queries.bridges.characteristic import Floats, Rows
from silobridge.queries.bridges.grouping import akin
from silobridge.queries.matrices import Matrices

HALF = 0.03
"""Agreement at which a single word is half believed: on arXiv and patents, homonyms stay below 0.005 and
shared meanings mostly above 0.04."""

COMPANIONS = 200


def agreements(matrices: Matrices, terms: Sequence[tuple[int, Rows, Rows]]) -> Floats:
    """Compare the companions of each term on its two sides, at second hand.

    Companions of a side score every document by what it uses of them; the two scores over the documents
    that do not use the term itself are compared by cosine. So companions need not be the same words,
    only words of the same documents. 0 is a different world, 1 the same. O(companions × their documents).

    Parameters
    ----------
    terms
        A concept's column, and the documents of either side.
    """
    if not terms:
        return np.zeros(0)
    users = matrices.used_by[:, [concept for concept, _, _ in terms]]
    one = _scores(matrices, [(concept, rows) for concept, rows, _ in terms])
    other = _scores(matrices, [(concept, rows) for concept, _, rows in terms])
    one, other = (score - score.multiply(users) for score in (one, other))
    dot, *norms = (
        np.asarray(a.multiply(b).sum(0), np.float64).ravel()
        for a, b in ((one, other), (one, one), (other, other))
    )
    length = np.sqrt(norms[0] * norms[1])
    return np.asarray(np.where(length > 0, dot / np.maximum(length, 1e-300), 0.0), np.float64)


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


def _scores(matrices: Matrices, terms: Sequence[tuple[int, Rows]]) -> Any:
    """Score every document by what it uses of each term's companions: a sparse column a term."""
    from scipy.sparse import csc_matrix

    weighted = matrices.weighted
    indptr, indices, values = [0], [np.zeros(0, np.int64)], [np.zeros(0)]
    for concept, rows in terms:
        part = weighted[rows]
        some, place = np.unique(part.indices, return_inverse=True)
        weight = np.bincount(place, part.data, len(some)) * (some != concept)
        chosen = np.lexsort((some, -weight))[:COMPANIONS]
        form = matrices.form[concept]
        keep = [
            at for at in chosen.tolist() if weight[at] > 0 and not akin(form, matrices.form[int(some[at])])
        ]
        indices.append(some[keep])
        values.append(weight[keep])
        indptr.append(indptr[-1] + len(keep))
    shape = (weighted.shape[1], len(terms))
    return weighted @ csc_matrix((np.concatenate(values), np.concatenate(indices), indptr), shape=shape)
