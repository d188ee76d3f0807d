"""Excess: a score on the real graph less the same score, learned anew, on rewired ones.

It promises the same pairs and labels on every graph, and an interval that resamples sources. It refuses
to carry a weight from the real graph to a rewired one.
"""

from typing import Any

import numpy as np

from silobridge.queries.hindcast import baselines
from silobridge.queries.hindcast.corpus import Corpus, Floats
from silobridge.queries.hindcast.features import Table, features
from silobridge.queries.hindcast.metrics import draws, interval, per_query, resampled
from silobridge.queries.hindcast.model import CHOSEN, GRAPH, fit
from silobridge.queries.hindcast.negatives import Pairs
from silobridge.queries.hindcast.rewire import rewire
from silobridge.queries.hindcast.slices import Slice, freeze
from silobridge.queries.hindcast.structure import learn_structure, structure_score
from silobridge.queries.hindcast.study import Plan, training

ENDS = ("source", "target")
FORECASTS = {"forecast": CHOSEN, "forecast, graph only": GRAPH}


def excess(
    corpus: Corpus,
    plan: Plan,
    sets: dict[str, Pairs],
    parts: list[tuple[Pairs, Table]],
    graphs: int,
) -> list[dict[str, Any]]:
    """Give, per set and score: AUC on the real graph, on rewired graphs, and the difference.

    Parameters
    ----------
    corpus
        All documents.
    plan
        The plan.
    sets
        Pairs by name; their groups are numbered from 0.
    parts
        Training pairs of the real graph.
    graphs
        Rewired graphs.
    """
    slice_ = freeze(corpus, plan.cut)
    real = _each(sets, slice_, parts)
    null: dict[tuple[str, str], list[Floats]] = {}
    for seed in range(graphs):

        def _change(part: Slice, seed: int = seed) -> Slice:
            return part.with_graph(rewire(part.graph, part.home, seed).graph)

        again = training(corpus, plan, 0, _change)
        for key, values in _each(sets, _change(slice_), again).items():
            null.setdefault(key, []).append(values)
    return [
        {"controls": which, "score": name} | difference(sets[which], values, null[which, name])
        for (which, name), values in real.items()
    ]


def _each(
    sets: dict[str, Pairs], slice_: Slice, parts: list[tuple[Pairs, Table]]
) -> dict[tuple[str, str], Floats]:
    """Learn on one graph and score every set on it."""
    fitted = {name: fit(parts, chosen, 0) for name, chosen in FORECASTS.items()}
    structure = learn_structure(parts)
    out: dict[tuple[str, str], Floats] = {}
    whole = features(slice_, *(np.concatenate([getattr(one, end) for one in sets.values()]) for end in ENDS))
    stop = 0
    for which, asked in sets.items():
        start, stop = stop, stop + len(asked.label)
        table = Table({name: values[start:stop] for name, values in whole.columns.items()})
        out |= {(which, name): table[feature] for name, feature in baselines.SCORES.items()}
        out |= {(which, name): model.score(table) for name, model in fitted.items()}
        out[which, "structure"] = structure_score(structure, table, asked.group)
    return out


def difference(asked: Pairs, real: Floats, null: list[Floats]) -> dict[str, Any]:
    """Give the AUC here, there and the difference, each with its interval; and the range over graphs."""
    here = per_query(real, asked.label, asked.group, asked.source)
    there = [per_query(values, asked.label, asked.group, asked.source) for values in null]
    taken = draws(here.source, 1000, 1)
    many = resampled(here, "AUC", taken)
    rewired = [resampled(part, "AUC", taken) for part in there]
    means = [float(part.values["AUC"].mean()) for part in there]
    mean = float(here.values["AUC"].mean())
    return {
        "real": [mean, *interval(many)],
        "rewired": [float(np.mean(means)), *interval(np.mean(rewired, axis=0))],
        "excess": [mean - float(np.mean(means)), *interval(many - np.mean(rewired, axis=0))],
        "graphs": f"{min(means):.3f}–{max(means):.3f}",
    }
