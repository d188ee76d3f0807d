"""The structure score: what paths say beyond everything that a rewired graph would say too.

It promises path facts from which size, growth, leaning and the likeness of domains are taken out by
regression inside each set of pairs, without a look at labels; so on a rewired graph little is left of it.
It refuses to be the forecast: it names what is surprising, not what is likely.
"""

import numpy as np

from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.features import Table
from silobridge.queries.hindcast.lists import Lesson, ListModel, Singles, learn_lists
from silobridge.queries.hindcast.negatives import Pairs

PATHS = (
    "AA", "AMW", "CN", "CN3", "CNother", "CNown", "CNsolid", "Jaccard", "L3", "MWother", "MWown", "PPMIcos",
    "PPMIdamped", "PPMIdot", "PPMImin", "RA", "RA3", "RAfresh", "RAother", "RAown", "RAsolid", "RW2",
    "RW2counts", "RW2recent", "RW3", "Salton", "maxMW", "maxPPMI", "near_u", "near_v", "sumMW", "sumMW1",
    "sumMW3", "sumMWdamped", "sumSqrt",
)  # fmt: skip
"""Facts of the paths between two concepts."""

KEPT = (
    "breadth_v", "domaincos", "growth1_v", "growth3_v", "k_u", "k_u_into_v", "k_v", "k_v_into_u",
    "knew_v", "knew_v_into_u", "kshare_v_into_u", "leaning", "n1_v", "n3_v", "n_u", "n_v", "n_v_in_u",
    "reachcos", "share_v_in_u",
)  # fmt: skip
"""Facts that a graph keeps when it is rewired inside pairs of domains."""

RIDGE = 0.05
"""Penalty per event: the columns have unit spread, and there are many more events than in lists."""


def residuals(table: Table, group: Ints) -> Singles:
    """Give the path facts on a log scale, less what the kept facts and their squares predict of them.

    Both are taken relative to the mean of their query; each column is scaled to unit spread.

    Parameters
    ----------
    table
        Features of the pairs.
    group
        Their queries, numbered from 0.
    """
    kept = np.stack([_scaled(table[name]) for name in KEPT if name in table.columns], axis=1)
    known = _centred(np.concatenate([kept, kept**2, kept[:, :1] * kept], axis=1), group)
    facts = np.stack([_log(table[name]) for name in PATHS if name in table.columns], axis=1)
    centred = _centred(facts, group)
    left = centred - known @ np.linalg.lstsq(known, centred, rcond=None)[0]
    return np.asarray(left / np.maximum(left.std(axis=0), 1e-9), dtype=np.float32)


def learn_structure(parts: list[tuple[Pairs, Table]]) -> ListModel:
    """Learn one weight per path fact on matched pairs of earlier cuts."""
    lessons = [
        Lesson(pairs, residuals(table, pairs.group), np.ones(len(pairs.label))) for pairs, table in parts
    ]
    names = tuple(name for name in PATHS if name in parts[0][1].columns)
    return learn_lists(lessons, names, RIDGE)


def structure_score(model: ListModel, table: Table, group: Ints) -> Floats:
    """Score pairs within their queries."""
    return np.asarray(residuals(table, group) @ model.weights, dtype=np.float64)


def _log(values: Floats) -> Floats:
    positive = values[values > 0]
    floor = float(np.quantile(positive, 0.05)) if len(positive) else 1.0
    return np.asarray(np.log(np.maximum(values, 0.0) + floor))


def _scaled(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _centred(values: Floats, group: Ints) -> Floats:
    """Take each query's mean off every column."""
    size = np.maximum(np.bincount(group), 1)
    means = [np.bincount(group, column) / size for column in values.T]
    return np.asarray(values - np.stack(means, axis=1)[group])
