"""What one concept is likely to be used with next: the ranking of full lists, asked at the graph's last year.

It promises the ranking that the hindcast of the same graph measures, learned on lists whose horizon has
passed, with the linking concepts of each candidate. It refuses a concept that too few documents use, or
that no domain is home to: nothing was learned about such.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.corpus import Ints
from silobridge.queries.hindcast.features import features
from silobridge.queries.hindcast.from_graph import World
from silobridge.queries.hindcast.negatives import Candidates, Rule, full
from silobridge.queries.hindcast.slices import Slice, freeze
from silobridge.queries.hindcast.study import Plan
from silobridge.queries.hindcast.trained import train_lists
from silobridge.queries.table import Table

COLUMNS = (
    "rank",
    "concept",
    "home",
    "score",
    "by way of",
    "shared neighbours",
    "documents",
    "recent documents",
)
VIA = 3

LIMITS = (
    "A ranking, not a probability: how often the first places came true in the past is what kg hindcast measures "
    "(N3). A pair named here may have been tried and have failed without a document that says so."
)


@dataclass(frozen=True)
class Ahead:
    """An answer: candidates in order, from how many they were chosen, and what the reader should know."""

    title: str
    rows: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The candidates as a table."""
        return Table(COLUMNS, self.rows, title=self.title)


def ahead(world: World, concept: str, rule: Rule, top: int = 20, slices: int = 3) -> Ahead:
    """Rank the open candidates of a concept, learned on the lists of earlier cuts.

    Parameters
    ----------
    world
        The graph, cut at its last year.
    concept
        The concept's form.
    rule
        What counts as a bridge.
    top
        Candidates to give.
    slices
        Earlier cuts to learn from.

    Raises
    ------
    NothingFound
        The concept is not known well enough, has no open candidate, or no earlier cut teaches.
    """
    plan = Plan(world.year * 12 + 11, world.horizon, slices, rule, papers=min(2, rule.papers))
    slice_ = freeze(world.corpus, plan.cut)
    source = _known(world, slice_, concept, rule)
    size = slice_.graph.size
    pairs = full(Candidates(slice_, sparse.csr_matrix((size, size)), rule), np.array([source]))
    if not len(pairs.target):
        raise NothingFound(f"{concept!r} is linked to every concept of other domains, or there are none")
    model = train_lists(world.corpus, plan, 0)
    table = features(slice_, pairs.source, pairs.target)
    score = model.score(table, pairs.group)
    order = np.lexsort((pairs.target, -score))[:top]
    labels, home = world.corpus.labels, slice_.home
    rows = tuple(
        (
            number, labels[target], world.corpus.domains[home[target]], round(float(score[place]), 3),
            tuple(labels[via] for via in _via(slice_, source, target)), int(table["CN"][place]),
            int(slice_.used[target, 0]), int(slice_.used[target, 3]),
        )
        for number, (place, target) in enumerate(zip(order, pairs.target[order].tolist(), strict=True), 1)
    )  # fmt: skip
    strongest = sorted(zip(model.weights, model.names, strict=True), key=lambda one: -abs(one[0]))[:5]
    return Ahead(
        f"Likely to be used with {concept} by {world.year + world.horizon}",
        rows,
        (
            *world.notes,
            f"{len(pairs.target):,} concepts of other domains are open to {concept}: unlinked up to {world.year}.",
            "Learned on lists of " + ", ".join(str(cut // 12) for cut in plan.earlier) + "; the weightiest facts are "
            + ", ".join(f"{name} {weight:+.2f}" for weight, name in strongest) + ".",
        ),
    )  # fmt: skip


def _known(world: World, slice_: Slice, concept: str, rule: Rule) -> int:
    """Find the concept, and refuse one that nothing can be said of."""
    if concept not in world.corpus.labels:
        raise NothingFound(
            f"{concept!r} is not in the vocabulary of {len(world.corpus.labels):,} concepts up to {world.year}",
            hint="kg find GRAPH shows forms; --documents lowers what a concept needs",
        )
    place = world.corpus.labels.index(concept)
    if not slice_.eligible(rule.documents)[place]:
        raise NothingFound(
            f"{concept!r} is used by {int(slice_.used[place, 0])} documents up to {world.year}",
            expected=f"{rule.documents} documents and one domain at least",
            hint="--documents lowers what a concept needs",
        )
    return place


def _via(slice_: Slice, source: int, target: int) -> Ints:
    """Give the linking concepts with the strongest weaker link, most first."""
    graph = slice_.graph
    root = np.sqrt(np.maximum(slice_.used[:, 0], 1.0))
    one, other = (slice(int(graph.indptr[end]), int(graph.indptr[end + 1])) for end in (source, target))
    shared, left, right = np.intersect1d(graph.indices[one], graph.indices[other], return_indices=True)
    weaker = np.minimum(
        graph.counts[one, 0][left] / root[source], graph.counts[other, 0][right] / root[target]
    )
    return np.asarray(shared[np.lexsort((shared, -weaker / root[shared]))][:VIA], dtype=np.int64)
