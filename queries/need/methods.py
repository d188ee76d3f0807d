"""Methods, materials and devices that other fields use, each with the concept through which it meets the need.

It promises two lists as long as each other where both exist: what the asker's field uses already, and what
it has never used. It refuses an answer that nothing explains, and names that only repeat the need's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silobridge.queries.bridges.grouping import nested
from silobridge.queries.bridges.record import Term
from silobridge.queries.bridges.sides import term
from silobridge.queries.evidence import Wanted, documents_using
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.fields import Own
from silobridge.queries.need.index import Index
from silobridge.queries.need.kinds import answers
from silobridge.queries.need.ranking import FAINT, Ranked, best

CANDIDATES = 400
BETWEEN = 80
"""So many concepts of the need and its closest documents may explain an answer."""

TAMING = 0.25
"""How much a method's own frequency is held against it: hubs are dear, but an answer must be in use."""

SAME_DOCUMENTS = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A method before its sentences: columns of itself and of the concept it comes through."""

    concept: int
    through: int
    sort: str
    score: float
    tried: int
    elsewhere: int


def candidates(matrices: Matrices, index: Index, ranked: Ranked, own: Own, top: int) -> list[Candidate]:
    """Choose the methods to tell, the best first, at most `top` of those tried and of those never tried."""
    tried = np.asarray(matrices.used[own.inside].sum(0)).ravel().astype(np.int64)
    elsewhere = matrices.frequency - tried
    taming = (np.maximum(matrices.frequency, 1) / max(1, int(matrices.frequency.sum()))) ** TAMING
    score = ranked.reached.concepts / taming * (elsewhere > 0) * (matrices.frequency > 1)
    score[[one.concept for one in ranked.linked]] = 0.0
    columns = best(score, CANDIDATES)
    sorts = answers(matrices, index, columns)
    kept = np.array([bool(sort) for sort in sorts], np.bool_)
    columns, sorts = columns[kept], [sort for sort in sorts if sort]
    if not len(columns):
        return []
    through, strength = _through(matrices, ranked, own, columns)
    listed = [
        Candidate(int(c), int(b), sort, float(np.sqrt(score[c] * strong)), int(tried[c]), int(elsewhere[c]))
        for c, b, sort, strong in zip(columns, through, sorts, strength, strict=True)
        if strong > 0
    ]
    listed.sort(key=lambda one: (-one.score, one.concept))
    listed = _distinct(matrices, ranked, listed, 2 * top)
    used = [one for one in listed if one.tried][:top]
    fresh = [one for one in listed if not one.tried][:top]
    return sorted([*used, *fresh], key=lambda one: (-one.score, one.concept))


def _through(
    matrices: Matrices, ranked: Ranked, own: Own, columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats]:
    """Find for each method the concept of the need that it is used with most tellingly outside the field."""
    between = profile(matrices, ranked, own)
    if not len(between):
        return np.zeros(len(columns), np.int64), np.zeros(len(columns))
    outside = matrices.used[np.flatnonzero(~own.inside)]
    met = (outside[:, between].T @ outside[:, columns]).toarray().astype(np.float64)
    strength = met / (met + 2) * _telling(matrices, ranked)[between][:, None]
    for at, column in enumerate(columns):
        form = matrices.form[int(column)]
        for place, b in enumerate(between):
            if b == column or nested(form, matrices.form[int(b)]):
                strength[place, at] = 0.0
    return between[strength.argmax(0)], strength.max(0)


def _telling(matrices: Matrices, ranked: Ranked) -> Floats:
    rare = np.log((1 + len(matrices.document)) / (1 + matrices.frequency))
    telling = ranked.reached.concepts * rare
    for one in ranked.linked:
        telling[one.concept] *= 2
    return np.asarray(telling, np.float64)


def profile(matrices: Matrices, ranked: Ranked, own: Own) -> NDArray[np.int64]:
    """Return the concepts the need is about: those it names and those of its closest documents."""
    rows = closest(ranked, own)
    near = np.asarray(matrices.used[rows].sum(0)).ravel() > 0
    near[[one.concept for one in ranked.linked]] = True
    return best(_telling(matrices, ranked) * near * (matrices.frequency > 1), BETWEEN)


def closest(ranked: Ranked, own: Own, most: int = 20) -> NDArray[np.int64]:
    """Return the documents whose words match the need best, those of the asker's field where it has some.

    A word that means something else in another field would lead there; at home it means what was meant.
    """
    rows = best(ranked.lexical, most)
    rows = rows[ranked.lexical[rows] >= FAINT * ranked.lexical[rows].max(initial=0.0)]
    home = rows[own.inside[rows]]
    return np.asarray(home if len(home) else rows, np.int64)


def _distinct(matrices: Matrices, ranked: Ranked, listed: list[Candidate], most: int) -> list[Candidate]:
    """Leave out names that hold or are held by a better one in the same documents, or by the need's own."""
    named = [matrices.form[one.concept] for one in ranked.linked]
    chosen: list[Candidate] = []
    counts = [0, 0]
    for one in listed:
        form = matrices.form[one.concept]
        if counts[one.tried > 0] >= most or any(nested(form, other) for other in named):
            continue
        if not any(_same(matrices, one.concept, other.concept) for other in chosen):
            chosen.append(one)
            counts[one.tried > 0] += 1
    return chosen


def _same(matrices: Matrices, one: int, other: int) -> bool:
    if not nested(matrices.form[one], matrices.form[other]):
        return False
    a, b = matrices.rows_using(one), matrices.rows_using(other)
    return len(np.intersect1d(a, b)) >= SAME_DOCUMENTS * min(len(a), len(b))


def questions(matrices: Matrices, ranked: Ranked, own: Own, one: Candidate) -> list[Wanted]:
    """Say which sentences explain a method: its link in the need's closest documents, then abroad."""
    through, form = matrices.form[one.through], matrices.form[one.concept]
    label, name = matrices.label[one.through], matrices.label[one.concept]
    outside = np.flatnonzero(~own.inside).astype(np.int32)
    near = closest(ranked, own).astype(np.int32)
    near = near[np.asarray(matrices.used[near][:, one.through].sum(1)).ravel() > 0]
    at_home = tuple(int(doc) for doc in matrices.doc[near])
    abroad = documents_using(matrices, [one.through, one.concept], outside)
    key = f"{one.concept}\x1f"
    return [
        Wanted(f"{key}{label}, close to the need", through, "", at_home),
        Wanted(f"{key}{label} with {name}, in another field", through, form, abroad),
    ]


def told(matrices: Matrices, column: int) -> Term:
    """Name a concept."""
    return term(matrices, column)
