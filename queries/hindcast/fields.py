"""Which unlinked pairs of fields open up: a hindcast of silos.

It promises a score learned on earlier cuts from two facts, the recent walks between two fields over third
ones and the fields that both were linked to recently, put together with the size-and-similarity score to
beat. It refuses similarity from documents that belong to both fields: the link would leak into it.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.hindcast.corpus import Floats, Ints, Matrix
from silobridge.queries.hindcast.metrics import average_ranks
from silobridge.queries.hindcast.model import calibrate


@dataclass(frozen=True)
class Fields:
    """Hold what is known of fields at a cut.

    Parameters
    ----------
    links, recent
        Documents in both fields, in all and in the last three years; the diagonal is 0.
    size, active
        Documents of each field, in all and in the last three years.
    similarity
        Cosine of concept profiles from documents of one side only.
    """

    links: Floats
    recent: Floats
    size: Floats
    active: Floats
    similarity: Floats


def fields(member: Matrix, use: Matrix, months: Ints, cut: int) -> Fields:
    """Freeze the fields at a cut. O(fields² · concepts).

    Parameters
    ----------
    member
        Documents × fields, ones.
    use
        Documents × concepts, ones.
    months
        Month of each document.
    cut
        Last known month.
    """
    known = np.flatnonzero(months <= cut)
    late = np.flatnonzero((months <= cut) & (months > cut - 36))
    links = (member[known].T @ member[known]).toarray()
    recent = (member[late].T @ member[late]).toarray()
    size, active = links.diagonal().copy(), recent.diagonal().copy()
    np.fill_diagonal(links, 0.0)
    np.fill_diagonal(recent, 0.0)
    return Fields(links, recent, size, active, one_sided(member[known], use[known]))


def one_sided(member: Matrix, use: Matrix) -> Floats:
    """Give the cosine of two fields' concepts (log counts × inverse frequency) without shared documents."""
    often = np.asarray(use.sum(axis=0)).ravel()
    rare = np.log(use.shape[0] / np.maximum(often, 1.0))
    whole = np.asarray((member.T @ use).todense())
    count = whole.shape[0]
    out = np.zeros((count, count))
    for one in range(count):
        rows = np.flatnonzero(np.asarray(member[:, [one]].todense()).ravel())
        shared = np.asarray((member[rows].T @ use[rows]).todense())
        mine = np.log1p(np.maximum(whole[one] - shared, 0.0)) * rare
        theirs = np.log1p(np.maximum(whole - shared, 0.0)) * rare
        length = np.linalg.norm(mine, axis=1) * np.linalg.norm(theirs, axis=1)
        out[one] = np.einsum("ij,ij->i", mine, theirs) / np.maximum(length, 1e-12)
    return out


def expected_links(known: Fields, pairs: tuple[Ints, Ints], rounds: int = 50) -> Floats:
    """Give the links expected from size and similarity: Poisson regression by Newton's method.

    log μ = α + β (log size + log size) + γ log(similarity + .01).
    """
    first, second = pairs
    design = np.column_stack(
        [
            np.log1p(known.size[first]) + np.log1p(known.size[second]),
            np.log(known.similarity[first, second] + 0.01),
            np.ones(len(first)),
        ]
    )
    count = known.links[first, second]
    start = np.linalg.lstsq(design, np.log(count + 0.1), rcond=None)[0]
    for _ in range(rounds):
        mean = np.exp(np.clip(design @ start, -30.0, 30.0))
        step = np.linalg.solve((design * mean[:, None]).T @ design, design.T @ (count - mean))
        start = start + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(np.exp(np.clip(design @ start, -30.0, 30.0)))


def openings(known: Fields, pairs: tuple[Ints, Ints]) -> Floats:
    """Give, standardised over the pairs: recent walks, shared recent partners."""
    first, second = pairs
    step = known.recent / np.maximum(known.recent.sum(axis=1, keepdims=True), 1.0)
    walk = step @ step
    met = (known.recent > 0).astype(np.float64)
    values = np.column_stack(
        [np.log(walk[first, second] + walk[second, first] + 1e-6), np.log1p((met @ met)[first, second])]
    )
    return np.asarray((values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-12))


def learn(parts: list[tuple[Floats, Ints]]) -> Floats:
    """Learn the weights of the features from earlier cuts: logistic regression with a small ridge."""
    values = np.concatenate([part for part, _ in parts])
    label = np.concatenate([part for _, part in parts])
    columns = [values[:, place] for place in range(values.shape[1])]
    return calibrate(label, np.ones(len(label)), *columns).weights


def opening_score(features: Floats, weights: Floats, expected: Floats) -> Floats:
    """Put the learned facts and the expected links together, both standardised, the latter at half weight.

    The half was chosen on the slice before the tested one, where it gave the best lower bound.
    """
    facts, size = features @ weights[:-1], np.log(expected)
    return _standard(facts) + 0.5 * _standard(size)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-12))


def auc(score: Floats, label: Ints, weight: Floats | None = None) -> float:
    """Give the chance that a linked pair scores above an unlinked one, ties half; pairs may have weights.

    Examples
    --------
    >>> auc(np.array([1.0, 2.0, 2.0]), np.array([0, 1, 0]))
    0.75
    """
    if weight is None:
        rank = average_ranks(-score, np.zeros(len(score), dtype=np.int64))
        hits = float(label.sum())
        return float((rank[label > 0].sum() - hits * (hits + 1) / 2) / (hits * (len(label) - hits)))
    order = np.argsort(score, kind="stable")
    ties = np.cumsum(np.diff(score[order], prepend=np.nan) != 0) - 1
    lost = np.bincount(ties, weights=(weight * (1 - label))[order])
    won = np.bincount(ties, weights=(weight * label)[order])
    below = np.cumsum(lost) - lost / 2
    return float((won * below).sum() / max(won.sum() * lost.sum(), 1e-12))


def two_way(
    scores: dict[str, Floats], label: Ints, pairs: tuple[Ints, Ints], resamples: int, seed: int
) -> dict[str, Floats]:
    """Give the AUC of each score in resamples of fields; a pair counts as often as both its fields are drawn."""
    draw = np.random.default_rng(seed)
    count = int(max(pairs[0].max(), pairs[1].max())) + 1
    out: dict[str, list[float]] = {name: [] for name in scores}
    for _ in range(resamples):
        taken = draw.multinomial(count, np.full(count, 1 / count))
        weight = (taken[pairs[0]] * taken[pairs[1]]).astype(np.float64)
        for name, values in scores.items():
            out[name].append(auc(values, label, weight))
    return {name: np.array(values) for name, values in out.items()}
