"""How good a ranking or a probability was, per query and with an interval.

It promises averages over queries (a positive against its own controls, or a source against all its
candidates), never pooled, and intervals that resample sources. Ties get their expected value, so a
constant score has AUC ½. It refuses queries without a positive or without a negative, which it drops.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.hindcast.corpus import Floats, Ints

HITS = (1, 10)


@dataclass(frozen=True)
class Ranked:
    """Hold one value of each measure per query.

    Parameters
    ----------
    source
        Source of each query, the unit that is resampled.
    values
        Measures by name, one value per query.
    """

    source: Ints
    values: dict[str, Floats]

    def mean(self) -> dict[str, float]:
        """Give the mean of each measure."""
        return {name: float(values.mean()) for name, values in self.values.items()}


def average_ranks(score: Floats, group: Ints) -> Floats:
    """Give each entry's rank from the top of its group, best first; ties share their mean rank.

    Examples
    --------
    >>> average_ranks(np.array([3.0, 1.0, 3.0]), np.array([0, 0, 0])).tolist()
    [1.5, 3.0, 1.5]
    """
    order = np.lexsort((-score, group))
    grouped, ordered = group[order], score[order]
    new_group = np.diff(grouped, prepend=-1) != 0
    new_tie = new_group | (np.diff(ordered, prepend=np.nan) != 0)
    tie = np.cumsum(new_tie) - 1
    begin = np.flatnonzero(new_tie)
    end = np.append(begin[1:], len(order))
    base = np.flatnonzero(new_group)[np.cumsum(new_group) - 1]
    mean = np.empty(len(order))
    mean[order] = (begin[tie] + end[tie] + 1) / 2 - base
    return mean


def per_query(score: Floats, label: Ints, group: Ints, source: Ints, depth: tuple[int, ...] = HITS) -> Ranked:
    """Measure every query: AUC, reciprocal rank of the best positive, average precision, hits, P and R at k.

    Parameters
    ----------
    score, label, group, source
        One entry per pair; groups are numbered from 0, and a group has one source.
    depth
        The ranks k at which to cut.
    """
    mean = average_ranks(score, group)
    groups = int(group.max()) + 1
    hit = label > 0
    positives = np.asarray(np.bincount(group, weights=hit, minlength=groups), dtype=np.float64)
    size = np.bincount(group, minlength=groups)
    keep = (positives > 0) & (positives < size)
    above = np.bincount(group, weights=np.where(hit, mean, 0.0), minlength=groups)
    negatives = size - positives
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = (above - positives * (positives + 1) / 2) / (positives * negatives)
    first = np.full(groups, np.inf)
    np.minimum.at(first, group[hit], mean[hit])
    values = {"AUC": 1 - lost, "MRR": 1 / first, "MAP": _average_precision(mean, hit, group, positives)}
    for k in depth:
        found = np.bincount(group, weights=hit & (mean <= k), minlength=groups)
        values[f"hits@{k}"] = (found > 0).astype(np.float64)
        values[f"P@{k}"] = found / k
        values[f"R@{k}"] = found / np.maximum(positives, 1)
    of_group = np.zeros(groups, dtype=np.int64)
    of_group[group] = source
    return Ranked(of_group[keep], {name: part[keep] for name, part in values.items()})


def _average_precision(rank: Floats, hit: np.ndarray, group: Ints, positives: Floats) -> Floats:
    """Average, over the positives of a query, of the precision at their ranks."""
    place = np.flatnonzero(hit)
    order = place[np.lexsort((rank[place], group[place]))]
    start = np.diff(group[order], prepend=-1) != 0
    counted = np.arange(len(order)) - np.flatnonzero(start)[np.cumsum(start) - 1] + 1
    summed = np.bincount(group[order], weights=counted / rank[order], minlength=len(positives))
    return summed / np.maximum(positives, 1)


def pooled_precision(score: Floats, label: Ints) -> float:
    """Give the average precision over all pairs together, ties counted as one step."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=np.nan) != 0)
    return _precision_in_order(ends, label[order], np.ones(len(label)))


def _precision_in_order(ends: Ints, label: Ints, weight: Floats) -> float:
    hits, seen = np.cumsum(weight * label)[ends], np.cumsum(weight)[ends]
    gained = np.diff(hits, prepend=0.0)
    return float((gained * hits / np.maximum(seen, 1e-12)).sum() / max(hits[-1], 1e-12))


def draws(source: Ints, count: int, seed: int) -> tuple[Ints, Floats]:
    """Draw how often each source is taken in each resample.

    Returns
    -------
    The position of each entry's source, and resamples × sources counts.
    """
    known, place = np.unique(source, return_inverse=True)
    random = np.random.default_rng(seed)
    taken = random.multinomial(len(known), np.full(len(known), 1 / len(known)), size=count)
    return place, taken.astype(np.float64)


def resampled(ranked: Ranked, measure: str, taken: tuple[Ints, Floats]) -> Floats:
    """Give the mean of a measure in each resample of the sources. O(queries + resamples × sources)."""
    place, counts = taken
    total = np.bincount(place, weights=ranked.values[measure], minlength=counts.shape[1])
    size = np.bincount(place, minlength=counts.shape[1])
    return (counts @ total) / (counts @ size)


def resampled_precision(score: Floats, label: Ints, taken: tuple[Ints, Floats]) -> Floats:
    """Give the pooled average precision in each resample of the sources; the order is sorted once."""
    place, counts = taken
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=np.nan) != 0)
    sorted_place, sorted_label = place[order], label[order]
    return np.array([_precision_in_order(ends, sorted_label, row[sorted_place]) for row in counts])


def interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Give the percentile interval."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
