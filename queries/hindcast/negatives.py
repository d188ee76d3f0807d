"""What came true after a cut, and what it is compared with.

It promises five sets: N0 uniform, N1 matched on the target's degree and domain, N1b matched also on the
target's degree into the source's domain, N2 the likeliest pairs that did not link, N3 all candidates.
It refuses a positive for which too few controls exist, and says how many it refused.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from silobridge.kg.errors import NothingFound, UnknownName
from silobridge.queries.hindcast.corpus import Corpus, Flags, Floats, Ints, Matrix
from silobridge.queries.hindcast.paths import two_hops
from silobridge.queries.hindcast.slices import Slice

KINDS = ("N0", "N1", "N1b", "N2")


@dataclass(frozen=True)
class Rule:
    """Say what counts as a new bridge and how strictly controls are matched.

    Parameters
    ----------
    papers
        Documents after the cut that must use both ends.
    documents
        Documents up to the cut that each end must have.
    controls
        Controls per positive.
    least
        A positive with fewer controls is refused.
    caliper
        Largest difference of log(1 + degree) between a control and the target it stands for.
    apart
        Two concepts can be bridged while the cosine of their domain profiles is below this. The same rule
        holds for positives and controls: were it only asked of positives, a model could learn the rule.
    """

    papers: int = 3
    documents: int = 20
    controls: int = 50
    least: int = 10
    caliper: float = 0.2
    apart: float = 0.5


@dataclass(frozen=True)
class Pairs:
    """Hold pairs in groups: a positive with its controls, or a source with all its candidates.

    Parameters
    ----------
    group, source, target, label
        One entry per pair; ``label`` is 1 where the pair linked.
    refused
        Positives that found too few controls.
    """

    group: Ints
    source: Ints
    target: Ints
    label: Ints
    refused: int = 0

    def where(self, keep: Flags) -> "Pairs":
        """Keep these pairs."""
        return Pairs(
            self.group[keep], self.source[keep], self.target[keep], self.label[keep], refused=self.refused
        )


def outcome(corpus: Corpus, slice_: Slice, horizon: int) -> Matrix:
    """Count, for each pair of concepts, the documents of the ``horizon`` years after the cut that use both."""
    later = corpus.between(slice_.cut, slice_.cut + 12 * horizon).use
    together = sparse.csr_matrix(later.T @ later)
    together.setdiag(0)
    together.eliminate_zeros()
    return together


def positives(slice_: Slice, future: Matrix, rule: Rule) -> tuple[Ints, Ints]:
    """Give the new bridges: unlinked at the cut, of different home domains, linked by enough documents later.

    Raises
    ------
    NothingFound
        Nothing came true.
    """
    upper = sparse.triu(future, k=1).tocoo()
    enough = upper.data >= rule.papers
    first, second = upper.row[enough].astype(np.int64), upper.col[enough].astype(np.int64)
    known = slice_.eligible(rule.documents)
    keep = known[first] & known[second] & (slice_.home[first] != slice_.home[second])
    keep &= slice_.closeness(first, second) < rule.apart
    keep &= slice_.graph.linked(first, second) == 0
    if not keep.any():
        raise NothingFound(
            "no new bridge came true after the cut", hint="choose another cut or a longer horizon"
        )
    order = np.lexsort((second[keep], first[keep]))
    return first[keep][order], second[keep][order]


class Candidates:
    """Answer, for one source at a time, which targets could have linked and did not.

    Parameters
    ----------
    slice_
        The cut.
    future
        What :func:`outcome` gives.
    rule
        The rule.
    """

    def __init__(self, slice_: Slice, future: Matrix, rule: Rule) -> None:
        self.slice = slice_
        self.future = future
        self.rule = rule
        self.known = slice_.eligible(rule.documents)
        self.log_degree = np.log1p(slice_.graph.degree)

    def open(self, source: int) -> Flags:
        """Mark the eligible targets in other domains that the source was not linked to at the cut."""
        graph = self.slice.graph
        mark: Flags = self.known & (self.slice.home != self.slice.home[source])
        mark &= self.slice.closeness(np.array([source]), np.arange(graph.size)) < self.rule.apart
        mark[graph.indices[graph.indptr[source] : graph.indptr[source + 1]]] = False
        mark[source] = False
        return mark

    def never(self, source: int) -> Flags:
        """Mark the open targets that did not link at all within the horizon."""
        mark = self.open(source)
        start, stop = self.future.indptr[source], self.future.indptr[source + 1]
        mark[self.future.indices[start:stop]] = False
        return np.asarray(mark, dtype=bool)

    def allocation(self, source: int) -> Floats:
        """Give the resource-allocation score of every target, by which hard controls are chosen."""
        graph = self.slice.graph
        target, first, _ = two_hops(graph, source, np.ones(graph.size, dtype=bool))
        weight = 1.0 / graph.degree[graph.indices[first]]
        return np.asarray(np.bincount(target, weights=weight, minlength=graph.size), dtype=np.float64)

    def alike(self, kind: str, source: int, target: int) -> Ints:
        """Give the controls that may stand for a target, for one kind of set."""
        mark = self.never(source)
        if kind == "N0":
            return np.flatnonzero(mark)
        if kind == "N2":
            pool = np.flatnonzero(mark)
            score = self.allocation(source)[pool]
            return pool[np.lexsort((pool, -score))][: self.rule.controls]
        mark &= self.slice.home == self.slice.home[target]
        mark &= np.abs(self.log_degree - self.log_degree[target]) <= self.rule.caliper
        if kind == "N1b":
            lean = np.log1p(self.slice.reach[:, self.slice.home[source]])
            mark &= np.abs(lean - lean[target]) <= self.rule.caliper
        return np.flatnonzero(mark)


def matched(candidates: Candidates, pairs: tuple[Ints, Ints], kind: str, seed: int) -> Pairs:
    """Draw the controls of each positive, without replacement.

    Parameters
    ----------
    candidates
        The candidates of the cut.
    pairs
        Sources and targets that linked.
    kind
        One of ``KINDS``.
    seed
        Seed of the draw. N2 has nothing to draw.

    Raises
    ------
    UnknownName
        No set has that name.
    """
    if kind not in KINDS:
        raise UnknownName("set of controls", kind, KINDS)
    draw = np.random.default_rng(seed)
    rule = candidates.rule
    sources, targets, labels, refused = [], [], [], 0
    for source, target in zip(*pairs, strict=True):
        pool = candidates.alike(kind, int(source), int(target))
        if len(pool) < rule.least:
            refused += 1
            continue
        if len(pool) > rule.controls:
            pool = np.sort(draw.choice(pool, rule.controls, replace=False))
        sources.append(np.full(len(pool) + 1, source))
        targets.append(np.concatenate([[target], pool]))
        labels.append(np.concatenate([[1], np.zeros(len(pool), dtype=np.int64)]))
    return _stack(sources, targets, labels, refused)


def full(candidates: Candidates, sources: Ints) -> Pairs:
    """Give every open candidate of each source; positive is what enough documents link later.

    A candidate that fewer documents link later stays, as a negative.
    """
    rows, targets, labels = [], [], []
    for source in sources:
        pool = np.flatnonzero(candidates.open(int(source)))
        later = np.asarray(candidates.future[int(source)].todense()).ravel()[pool]
        rows.append(np.full(len(pool), source))
        targets.append(pool)
        labels.append((later >= candidates.rule.papers).astype(np.int64))
    return _stack(rows, targets, labels, 0)


def both_ways(pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Ask each bridge from both of its ends."""
    first, second = pairs
    return np.concatenate([first, second]), np.concatenate([second, first])


def sample(pairs: tuple[Ints, Ints], count: int, seed: int) -> tuple[Ints, Ints]:
    """Draw at most ``count`` of the pairs, keeping their order."""
    if len(pairs[0]) <= count:
        return pairs
    chosen = np.sort(np.random.default_rng(seed).choice(len(pairs[0]), count, replace=False))
    return pairs[0][chosen], pairs[1][chosen]


def joined(parts: list[Pairs]) -> Pairs:
    """Put sets of pairs behind each other, with groups numbered anew."""
    start, shifted = 0, []
    for part in parts:
        shifted.append(replace(part, group=part.group + start))
        start += int(part.group.max(initial=-1)) + 1
    return Pairs(
        np.concatenate([part.group for part in shifted]),
        np.concatenate([part.source for part in shifted]),
        np.concatenate([part.target for part in shifted]),
        np.concatenate([part.label for part in shifted]),
        refused=sum(part.refused for part in parts),
    )


def _stack(sources: list[Ints], targets: list[Ints], labels: list[Ints], refused: int) -> Pairs:
    if not sources:
        raise NothingFound(
            "no positive has enough controls", hint="widen the caliper or lower the least number"
        )
    group = np.repeat(np.arange(len(sources)), [len(part) for part in sources])
    return Pairs(group, np.concatenate(sources), np.concatenate(targets), np.concatenate(labels), refused)
