"""Lists teach lists: a ranking of all candidates of a source, learned on full lists of earlier cuts.

It promises a score of few parts: where a candidate stands in its own list by each fact, one weight per
fact, learned so that what linked stands above the rest of its list (a conditional logit). It depends on
no scale, so it carries from one cut, and from one vocabulary, to another. It refuses to compare
candidates of different sources: it is a ranking, not a probability.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.corpus import Floats, Ints
from silobridge.queries.hindcast.features import Table
from silobridge.queries.hindcast.metrics import average_ranks
from silobridge.queries.hindcast.negatives import Pairs

Singles = npt.NDArray[np.float32]

LISTED = (
    "AMW", "CN3", "Jaccard", "L3", "MWother", "MWown", "PPMIcos", "PPMIdamped", "PPMIdot", "PPMImin", "RA",
    "RA3", "RAfresh", "RAother", "RAown", "RW2", "RW2counts", "RW2recent", "RW3", "Salton", "breadth_v",
    "catcos3", "catlift", "catlift3", "domaincos", "growth1_v", "growth2_v", "growth3_v", "k_v", "k_v_into_u",
    "knew_v", "knew_v_into_u", "kshare_v_into_u", "leaning", "linkLogMean", "maxMW", "maxPPMI", "meeting",
    "meeting3", "n1_v", "n3_v", "n_v", "n_v_in_u", "near_u", "near_v", "reachcos", "share_v_in_u", "spread_v",
    "sumMW", "sumMW1", "sumMW3", "sumSqrt", "svdcos128", "svdcos32", "svddot128", "svddot32", "svddot323",
    "words",
)  # fmt: skip
"""The facts by which candidates are ranked: all of the pair or of the target, for the source is the same."""

RIDGE = 2.0
"""How strongly weights are held near 0, per event; chosen on lists of 2011, learned on those of 2008."""


@dataclass(frozen=True)
class Lesson:
    """Hold candidates of some sources of an earlier cut, thinned where they are hopeless.

    Parameters
    ----------
    pairs
        The candidates; each group is the list of one source.
    standing
        Candidates × facts: where each stood in its whole list.
    weight
        How many candidates each stands for.
    """

    pairs: Pairs
    standing: Singles
    weight: Floats


@dataclass(frozen=True)
class ListModel:
    """Hold one weight per fact.

    Parameters
    ----------
    names
        The facts.
    weights
        Their weights.
    """

    names: tuple[str, ...]
    weights: Floats

    def score(self, table: Table, group: Ints) -> Floats:
        """Score whole lists; the group must hold every candidate of its source. O(facts · n log n)."""
        out = np.zeros(len(group))
        for name, weight in zip(self.names, self.weights, strict=True):
            out += weight * place(table[name], group)
        return out


def place(values: Floats, group: Ints) -> Floats:
    """Give minus the log of each entry's share of its list that stands at or above it.

    Examples
    --------
    >>> place(np.array([5.0, 9.0]), np.array([0, 0])).round(2).tolist()
    [-0.0, 0.69]
    """
    size = np.bincount(group)[group]
    return np.asarray(-np.log(average_ranks(values, group) / size))


def standing(table: Table, group: Ints, names: tuple[str, ...]) -> Singles:
    """Give the place of each candidate by each fact, as one matrix."""
    return np.stack([place(table[name], group).astype(np.float32) for name in names], axis=1)


def learn_lists(lessons: list[Lesson], names: tuple[str, ...], ridge: float = RIDGE) -> ListModel:
    """Learn the weights: of each list, the chance that the next link goes where it went. O(rounds · n · facts).

    A conditional logit (McFadden 1974): log P = Σ over links of score − log Σ over its list of exp(score).
    A list of n links counts as √n, so that a few large ones do not decide.

    Parameters
    ----------
    lessons
        Lists of earlier cuts.
    names
        The facts, in the columns' order.
    ridge
        Penalty per event.

    Raises
    ------
    NothingFound
        No list has a link.
    """
    from scipy.optimize import minimize

    kept = [_with_links(lesson) for lesson in lessons]
    values = np.concatenate([lesson.standing for lesson in kept]).astype(np.float64)
    if not len(values):
        raise NothingFound("no list of an earlier cut has a link", hint="train on a longer horizon")
    shifts = np.cumsum([0] + [int(lesson.pairs.group.max(initial=-1)) + 1 for lesson in kept])
    group = np.concatenate([one.pairs.group + shift for one, shift in zip(kept, shifts, strict=False)])
    label = np.concatenate([lesson.pairs.label for lesson in kept])
    offset = np.log(np.concatenate([lesson.weight for lesson in kept]))
    begin = np.flatnonzero(np.diff(group, prepend=-1))
    links = np.add.reduceat(label, begin).astype(np.float64)
    of_list = np.repeat(np.arange(len(begin)), np.diff(np.append(begin, len(group))))
    share = links**-0.5
    reached = values.T @ (label * share[of_list])
    penalty = ridge * float((links * share).sum())

    def _lost(weights: Floats) -> tuple[float, Floats]:
        score = values @ weights
        shifted = score + offset
        top = np.maximum.reduceat(shifted, begin)
        grown = np.exp(shifted - top[of_list])
        total = np.add.reduceat(grown, begin)
        chance = grown * (links * share / total)[of_list]
        gained = weights @ reached - (links * share * (np.log(total) + top)).sum()
        return penalty * weights @ weights / 2 - gained, penalty * weights - reached + values.T @ chance

    found = minimize(_lost, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return ListModel(names, np.asarray(found.x))


def _with_links(lesson: Lesson) -> Lesson:
    """Leave out the lists without a link, from which nothing is learned; lists are numbered anew, in order."""
    linked = np.unique(lesson.pairs.group[lesson.pairs.label == 1])
    keep = np.isin(lesson.pairs.group, linked)
    part = lesson.pairs.where(keep)
    order = np.argsort(part.group, kind="stable")
    group = np.searchsorted(linked, part.group[order])
    pairs = Pairs(group, part.source[order], part.target[order], part.label[order])
    return Lesson(pairs, lesson.standing[keep][order], lesson.weight[keep][order])
