"""One hindcast from end to end: slices, training pairs, features, scores.

It promises that a graph's ledger and a frozen benchmark go through the same functions. It refuses a cut
whose earlier slices hold nothing to learn from.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.baselines import EdgePrior
from silobridge.queries.hindcast.corpus import Corpus, Flags, Floats, Ints
from silobridge.queries.hindcast.features import Table, features
from silobridge.queries.hindcast.lists import LISTED, Lesson, place
from silobridge.queries.hindcast.model import CHOSEN, Model, fit
from silobridge.queries.hindcast.negatives import (
    Candidates,
    Pairs,
    Rule,
    both_ways,
    full,
    matched,
    outcome,
    positives,
    sample,
)
from silobridge.queries.hindcast.slices import Slice, freeze

Change = Callable[[Slice], Slice]


@dataclass(frozen=True)
class Plan:
    """Say what is asked and how it is trained.

    Parameters
    ----------
    cut
        Last known month of the slice that is tested.
    years
        Horizon of the test and of every training slice.
    slices
        Training slices, a year apart; the last one's horizon ends at the cut.
    rule
        What counts as a bridge in the test.
    papers
        Documents that make a training positive: more of them are more plentiful, fewer are noisier.
    most
        Training positives per slice.
    controls
        Controls per training positive.
    """

    cut: int
    years: int = 3
    slices: int = 3
    rule: Rule = field(default_factory=Rule)
    papers: int = 2
    most: int = 2500
    controls: int = 20

    @property
    def earlier(self) -> tuple[int, ...]:
        """Cuts of the training slices, the oldest first."""
        return tuple(self.cut - 12 * (self.years + back) for back in range(self.slices - 1, -1, -1))


def same(slice_: Slice) -> Slice:
    """Change nothing."""
    return slice_


def training(corpus: Corpus, plan: Plan, seed: int, change: Change = same) -> list[tuple[Pairs, Table]]:
    """Give matched pairs and features of every earlier slice; no slice looks past the tested cut.

    Parameters
    ----------
    corpus
        All documents.
    plan
        The plan.
    seed
        Seed of the draws.
    change
        What is done to each slice before features are computed; pairs and labels are drawn before.
    """
    rule = Rule(plan.papers, plan.rule.documents, plan.controls, min(10, plan.controls), plan.rule.caliper,
                plan.rule.apart)  # fmt: skip
    parts = []
    for cut in plan.earlier:
        try:
            slice_ = freeze(corpus, cut)
            future = outcome(corpus, slice_, plan.years)
            found = both_ways(sample(positives(slice_, future, rule), plan.most, seed))
            pairs = matched(Candidates(slice_, future, rule), found, "N1", seed)
        except NothingFound:
            continue  # an early slice may be empty; the later ones still teach
        parts.append((pairs, features(change(slice_), pairs.source, pairs.target)))
    if not parts:
        raise NothingFound("no earlier slice has bridges to learn from", hint="choose a later cut")
    return parts


@dataclass(frozen=True)
class Thinning:
    """Say how many candidates of a source teach the full ranking.

    Parameters
    ----------
    sources
        Sources per slice.
    top
        Negatives that resource allocation likes best, each standing for itself.
    others
        Negatives drawn from the rest, each standing for its share of the rest.
    """

    sources: int = 150
    top: int = 250
    others: int = 200


def ranked_training(
    corpus: Corpus, plan: Plan, seed: int, thinning: Thinning | None = None
) -> tuple[list[Lesson], tuple[str, ...]]:
    """Give what the lists of earlier cuts teach: all links of some sources and thinned other candidates.

    Matched controls teach what popularity does not explain; a full list needs popularity too. A
    candidate's place is taken in its whole list before the list is thinned, and weights undo the thinning.

    Returns
    -------
    A lesson for every earlier slice, and the facts that its columns hold.
    """
    size = thinning or Thinning()
    rule = replace(plan.rule, papers=plan.papers)
    lessons: list[Lesson] = []
    names: tuple[str, ...] = ()
    for cut in plan.earlier:
        try:
            slice_ = freeze(corpus, cut)
            future = outcome(corpus, slice_, plan.years)
            found = positives(slice_, future, rule)
        except NothingFound:
            continue  # an early slice may be empty; the later ones still teach
        pairs = ranking(Candidates(slice_, future, rule), found, size.sources, seed)
        table = features(slice_, pairs.source, pairs.target)
        names = tuple(name for name in LISTED if name in table.columns)
        kept, weight = _thin(table["RA"], pairs, size, seed)
        part = Table({name: place(table[name], pairs.group)[kept] for name in names})
        lessons.append(Lesson(pairs.where(kept), part.array(names), weight))
    if not lessons:
        raise NothingFound("no earlier slice has bridges to learn from", hint="choose a later cut")
    return lessons, names


def _thin(liking: Floats, pairs: Pairs, size: Thinning, seed: int) -> tuple[Flags, Floats]:
    """Mark what is kept, and say for how many candidates each of the kept stands."""
    draw = np.random.default_rng(seed)
    weight = np.zeros(len(pairs.label))
    weight[pairs.label == 1] = 1.0
    for group in range(int(pairs.group.max()) + 1):
        rows = np.flatnonzero((pairs.group == group) & (pairs.label == 0))
        rows = rows[np.lexsort((pairs.target[rows], -liking[rows]))]
        rest = rows[size.top :]
        weight[rows[: size.top]] = 1.0
        if len(rest):
            chosen = draw.choice(rest, min(size.others, len(rest)), replace=False)
            weight[chosen] = len(rest) / len(chosen)
    return weight > 0, weight[weight > 0]


def trained(corpus: Corpus, plan: Plan, seed: int, change: Change = same) -> Model:
    """Give the model of a plan."""
    return fit(training(corpus, plan, seed, change), CHOSEN, seed)


def allowed(slice_: Slice, pairs: Pairs, score: Floats, rule: Rule) -> Floats:
    """Put pairs that are no bridge by definition (profiles too close) below all others."""
    out = slice_.closeness(pairs.source, pairs.target) >= rule.apart
    return np.where(out, score.min() - 1.0, score)


def asked_slice(corpus: Corpus, plan: Plan) -> tuple[Slice, Candidates, tuple[Ints, Ints]]:
    """Give the tested slice, its candidates and what came true; this looks at the future."""
    slice_ = freeze(corpus, plan.cut)
    future = outcome(corpus, slice_, plan.years)
    return slice_, Candidates(slice_, future, plan.rule), positives(slice_, future, plan.rule)


def uniform(candidates: Candidates, found: tuple[Ints, Ints], count: int, seed: int) -> tuple[Pairs, Floats]:
    """Give all positives and uniform candidates, with the number of candidates each pair stands for.

    Each positive is asked from one end drawn at random. Candidates are drawn as ordered pairs, so one
    negative stands for its share of all unordered open pairs.
    """
    draw = np.random.default_rng(seed)
    known = np.flatnonzero(candidates.known)
    source, target = draw.choice(known, count), draw.choice(known, count)
    slice_, rule = candidates.slice, candidates.rule
    open_ = (slice_.home[source] != slice_.home[target]) & (slice_.graph.linked(source, target) == 0)
    open_ &= slice_.closeness(source, target) < rule.apart
    later = np.asarray(candidates.future[source, target]).ravel()
    share = open_.mean()
    keep = open_ & (later < rule.papers)
    turn = draw.random(len(found[0])) < 0.5
    first, second = np.where(turn, *found), np.where(turn, *found[::-1])
    negatives = int(keep.sum())
    everything = share * len(known) * (len(known) - 1) / 2 - len(first)
    pairs = Pairs(
        np.arange(len(first) + negatives),
        np.concatenate([first, source[keep]]),
        np.concatenate([second, target[keep]]),
        np.concatenate([np.ones(len(first), dtype=np.int64), np.zeros(negatives, dtype=np.int64)]),
    )
    weight = np.concatenate([np.ones(len(first)), np.full(negatives, everything / max(negatives, 1))])
    return pairs, weight


def prior(corpus: Corpus, plan: Plan, seed: int, count: int = 200_000) -> EdgePrior:
    """Learn the edge prior on the slice that ends at the tested cut."""
    before = Plan(plan.cut - 12 * plan.years, plan.years, plan.slices, plan.rule)
    slice_, candidates, found = asked_slice(corpus, before)
    pairs, weight = uniform(candidates, found, count, seed)
    return EdgePrior(slice_, pairs, weight)


def ranking(candidates: Candidates, found: tuple[Ints, Ints], sources: int, seed: int) -> Pairs:
    """Give all candidates of a sample of the sources that have a positive."""
    able = np.unique(np.concatenate(found))
    chosen = np.random.default_rng(seed).choice(able, min(sources, len(able)), replace=False)
    return full(candidates, np.sort(chosen))
