"""Which unlinked pairs of fields open up: a hindcast of silos.

It promises a score learned on earlier cuts from two facts, the recent walks between two fields over third
ones and the fields that both were linked to recently, put together with the size-and-similarity score to
beat. It refuses similarity from documents that belong to both fields: the link would leak into it.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.kg.errors import NothingFound
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


@dataclass(frozen=True)
class Unlinked:
    """Hold the pairs of fields that no document linked at a cut, and what became of them.

    Parameters
    ----------
    known
        The fields at the cut.
    pairs
        The unlinked pairs.
    facts
        What :func:`openings` gives of them.
    expected
        Links expected from size and similarity.
    label
        1 where enough documents linked them within the horizon.
    """

    known: Fields
    pairs: tuple[Ints, Ints]
    facts: Floats
    expected: Floats
    label: Ints


def unlinked(documents: tuple[Matrix, Matrix, Ints], cut: int, years: int, links: int = 1) -> Unlinked:
    """Freeze the fields at a cut and look which unlinked pairs were linked later.

    Parameters
    ----------
    documents
        Documents × fields, documents × concepts, and the month of each document.
    cut
        Last known month.
    years
        Horizon.
    links
        Documents that make a pair linked.

    Raises
    ------
    NothingFound
        Every pair is linked at the cut.
    """
    member, use, months = documents
    known = fields(member, use, months, cut)
    first, second = np.triu_indices(len(known.size), k=1)
    open_ = (known.links[first, second] == 0) & (known.size[first] > 0) & (known.size[second] > 0)
    pairs = first[open_], second[open_]
    if not open_.any():
        raise NothingFound(
            "every pair of fields shares a document at the cut", hint="ask for a finer level of domains"
        )
    late = member[np.flatnonzero((months > cut) & (months <= cut + 12 * years))]
    later = np.asarray((late.T @ late).todense())
    expected = expected_links(known, (first, second))[open_]
    return Unlinked(known, pairs, openings(known, pairs), expected, (later[pairs] >= links).astype(np.int64))


SHARES = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Weights of the expected links from which the past chooses."""


@dataclass(frozen=True)
class Opening:
    """Hold what the past taught: weights of the facts, and the weight of the expected links beside them.

    Parameters
    ----------
    weights
        Of the facts, the intercept last.
    share
        Of the expected links.
    """

    weights: Floats
    share: float

    def score(self, asked: Unlinked) -> Floats:
        """Put learned facts and expected links together, each standardised over the asked pairs."""
        facts = asked.facts @ self.weights[:-1]
        return _standard(facts) + self.share * _standard(np.log(asked.expected))


def learn_openings(past: list[Unlinked]) -> Opening:
    """Learn from earlier cuts, the oldest first; the share is chosen on the last of them.

    It is the one whose gain over the expected links was surest there: the largest lower bound, with fields
    resampled. The largest area itself is too near a tie to be the same from one year to the next.

    Parameters
    ----------
    past
        Unlinked pairs of earlier cuts with what became of them; two at least.

    Raises
    ------
    NothingFound
        Fewer than two cuts have pairs that opened and pairs that did not.
    """
    usable = [part for part in past if 0 < part.label.sum() < len(part.label)]
    if len(usable) < 2:
        raise NothingFound(
            f"{len(usable)} of {len(past)} earlier cuts have pairs of fields that opened",
            expected="two: one to learn on, one to choose on",
            hint="read in more years, or ask for a finer level of domains",
        )
    before = learn([(part.facts, part.label) for part in usable[:-1]])
    last = usable[-1]
    scores = {str(share): Opening(before, share).score(last) for share in SHARES}
    many = two_way(scores | {"": last.expected}, last.label, last.pairs, 200, 1)
    surely = [float(np.quantile(many[name] - many[""], 0.025)) for name in scores]
    share = SHARES[int(np.argmax(surely))]
    return Opening(learn([(part.facts, part.label) for part in usable]), share)


def learn(parts: list[tuple[Floats, Ints]]) -> Floats:
    """Learn the weights of the facts: logistic regression with a small ridge."""
    values = np.concatenate([part for part, _ in parts])
    label = np.concatenate([part for _, part in parts])
    columns = [values[:, place] for place in range(values.shape[1])]
    return calibrate(label, np.ones(len(label)), *columns).weights


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
