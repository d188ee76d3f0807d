"""The hindcast of one graph: which score would have named the bridges that came.

It promises every set of controls (N0, N1, N1b, N2) and the full ranking (N3) with every baseline beside
the forecasts, calibration, and where asked the excess over rewired graphs. A set that the graph cannot
fill is named with its reason. It refuses to report a forecast that had nothing to learn from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.corpus import Floats
from silobridge.queries.hindcast.falsify import excess
from silobridge.queries.hindcast.features import features
from silobridge.queries.hindcast.from_graph import World
from silobridge.queries.hindcast.measure import SHOWN, measure
from silobridge.queries.hindcast.negatives import (
    KINDS,
    Pairs,
    Rule,
    both_ways,
    matched,
    sample,
)
from silobridge.queries.hindcast.reliability import reliability
from silobridge.queries.hindcast.slices import Slice
from silobridge.queries.hindcast.study import Plan, asked_slice, ranking
from silobridge.queries.hindcast.trained import Trained, all_scores, recent_walks, train, train_lists
from silobridge.queries.table import Table

COLUMNS = ("set", "score", "measure", "value", "low", "high", "gain", "gain low", "gain high", "AP", "MRR",
           "hits@1", "hits@10", "MAP", "P@10", "R@100")  # fmt: skip

RARE = 3
"""A concept is rare below so many times the documents that it must have."""

LIMITS = (
    "A shared document is not yet a discovery, and its absence within the horizon is no refutation. The "
    "terms were extracted, and names merged, by today's version of the extractor; the vocabulary, all counts "
    "and all learning stop at the cut."
)


@dataclass(frozen=True)
class HindcastAsk:
    """Say what is asked of a graph.

    Parameters
    ----------
    rule
        What counts as a bridge, and how controls are matched.
    positives
        Bridges asked about at most, each from both ends.
    sources
        Sources whose full lists are ranked.
    slices, seeds
        Training slices, and models whose mean is the forecast.
    rewired
        Rewired graphs for the excess; 0 leaves it out.
    """

    rule: Rule = field(default_factory=Rule)
    positives: int = 1000
    sources: int = 200
    slices: int = 3
    seeds: int = 3
    rewired: int = 0


@dataclass(frozen=True)
class Hindcast:
    """An answer: one row per set and score, calibration, excess, and what the reader should know.

    `rows` follow `COLUMNS`: the AUC per query of matched sets and the MRR of full lists (N3) have their 95 %
    interval over sources and the paired gain over the reference that the notes name.
    """

    title: str
    rows: tuple[tuple[Any, ...], ...]
    calibration: tuple[dict[str, Any], ...]
    excess: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The rows as a table."""
        return Table(COLUMNS, self.rows, title=self.title)


def hindcast(world: World, ask: HindcastAsk | None = None) -> Hindcast:
    """Stop the clock at the world's year, forecast, and look.

    Raises
    ------
    NothingFound
        Nothing came true after the cut, or no earlier slice has a bridge to learn from.
    """
    ask = ask or HindcastAsk()
    plan = Plan(world.year * 12 + 11, world.horizon, ask.slices, ask.rule, papers=min(2, ask.rule.papers))
    slice_, candidates, found = asked_slice(world.corpus, plan)
    trained = train(world.corpus, plan, ask.seeds)
    notes = [*world.notes, f"{len(found[0]):,} bridges came true: unlinked up to {world.year}, used together by "
             f"{ask.rule.papers} or more documents of {world.year + 1} to {world.year + world.horizon}."]  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    sets: dict[str, Pairs] = {}
    for kind in KINDS:
        try:
            sets[kind] = matched(candidates, both_ways(sample(found, ask.positives, 0)), kind, 0)
        except NothingFound as thin:
            notes.append(f"{kind} could not be drawn: {thin.found}.")
            continue
        table = features(slice_, sets[kind].source, sets[kind].target)
        scores, _ = all_scores(trained, slice_, sets[kind], table)
        rows += _rows(kind, sets[kind], scores, "GBDT", "matched")
        if kind == "N1":
            rows += _rare(slice_, sets[kind], scores, ask.rule.documents * RARE)
        notes.append(_size(kind, sets[kind]))
    rows += _full(world, trained, slice_, ranking(candidates, found, ask.sources, 0), notes)
    return Hindcast(
        f"Hindcast: known up to {world.year}, asked about {world.year + 1} to {world.year + world.horizon}",
        tuple(rows),
        _calibrated(world, plan, notes),
        _rewired(world, plan, trained, sets, ask.rewired, notes),
        (
            *notes,
            "Gains are over GBDT in matched sets and over RW2·√recent in N3; intervals resample sources. "
            f"N1 rare: queries with an end in fewer than {RARE * ask.rule.documents} documents.",
        ),
    )


def _size(kind: str, pairs: Pairs) -> str:
    bridges = int(pairs.label.sum())
    refused = f"; {pairs.refused} found too few controls" if pairs.refused else ""
    return f"{kind}: {bridges:,} bridges, {len(pairs.label) - bridges:,} controls{refused}."


def _rare(slice_: Slice, pairs: Pairs, scores: Mapping[str, Floats], below: int) -> list[tuple[Any, ...]]:
    """Measure the queries of which an end has few documents, where hubs are no help."""
    used = slice_.used[:, 0]
    few = (np.minimum(used[pairs.source], used[pairs.target]) < below) & (pairs.label == 1)
    keep = np.isin(pairs.group, pairs.group[few])
    if not keep.any():
        return []
    part = pairs.where(keep)
    again = replace(part, group=np.unique(part.group, return_inverse=True)[1])
    return _rows("N1 rare", again, {name: values[keep] for name, values in scores.items()}, "GBDT", "matched")


def _rows(
    name: str, pairs: Pairs, scores: Mapping[str, Floats], reference: str, kind: str
) -> list[tuple[Any, ...]]:
    """Flatten measured scores into the columns of the answer."""
    first = SHOWN[kind][0]
    out = []
    for row in measure(pairs, scores, reference, kind):
        numbers = [*row[first], *row[f"{first} gain"]]
        others = [row[column][0] if column in row else None for column in COLUMNS[9:]]
        out.append(
            (name, row["score"], first, *(None if n is None else round(n, 4) for n in numbers + others))
        )
    return out


def _full(
    world: World, trained: Trained, slice_: Slice, asked: Pairs, notes: list[str]
) -> list[tuple[Any, ...]]:
    """Rank all candidates of a sample of sources."""
    table = features(slice_, asked.source, asked.target)
    scores, _ = all_scores(trained, slice_, asked, table)
    scores["forecast, trained on pairs"] = scores.pop("forecast")
    scores["RW2·√recent"] = recent_walks(table)
    model = train_lists(world.corpus, trained.plan, 0)
    scores["forecast, trained on lists"] = model.score(table, asked.group)
    lists = int(asked.group.max()) + 1
    size = len(asked.label) / lists
    notes.append(f"N3: {lists} sources, {size:,.0f} candidates each, {asked.label.sum()} bridges.")
    return _rows("N3", asked, scores, "RW2·√recent", "ranking")


def _calibrated(world: World, plan: Plan, notes: list[str]) -> tuple[dict[str, Any], ...]:
    try:
        rows = reliability(world.corpus, plan, 1)
    except NothingFound as thin:
        notes.append(
            f"Not calibrated: {thin.found}; that needs a slice to train on before the one that maps."
        )
        return ()
    one = rows[0]
    skill = one["Brier skill"]
    notes.append(
        f"Calibration over all candidates: slope {one['slope']:.2f}, ECE of the likeliest hundredth "
        f"{one['ECE, top 1 %']:.4f}, {one['expected']:,.0f} expected and {one['came true']:,} came true; Brier skill "
        f"over the edge prior {skill[0]:.3f} [{skill[1]:.3f}, {skill[2]:.3f}]."
    )
    return tuple(rows)


def _rewired(
    world: World, plan: Plan, trained: Trained, sets: dict[str, Pairs], graphs: int, notes: list[str]
) -> tuple[dict[str, Any], ...]:
    if not graphs:
        return ()
    kept: dict[str, Pairs] = {kind: sets[kind] for kind in ("N1", "N1b") if kind in sets}
    rows = excess(world.corpus, plan, kept, trained.parts, graphs)
    shown = ("RA", "sumMW", "AMW", "RW2", "forecast", "forecast, graph only", "structure")
    for row in rows:
        if row["score"] in shown:
            real, rewired, left = row["real"], row["rewired"], row["excess"]
            notes.append(
                f"Excess over {graphs} rewired graphs, {row['controls']}, {row['score']}: {real[0]:.3f} − "
                f"{rewired[0]:.3f} = {left[0]:.3f} [{left[1]:.3f}, {left[2]:.3f}]."
            )
    return tuple(rows)
