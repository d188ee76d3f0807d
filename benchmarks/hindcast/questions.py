"""The four questions that the hindcast answers.

It promises that each question trains before the cut, asks after it, and prints every baseline. It refuses
to use a future document for anything but a label.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hindcast.tables import lines
from silobridge.queries.hindcast.corpus import Corpus
from silobridge.queries.hindcast.falsify import excess as excess_of
from silobridge.queries.hindcast.features import Table, features
from silobridge.queries.hindcast.measure import SHOWN, measure
from silobridge.queries.hindcast.metrics import per_query
from silobridge.queries.hindcast.negatives import Pairs, both_ways, matched, sample
from silobridge.queries.hindcast.reliability import reliability
from silobridge.queries.hindcast.runs import settings_hash
from silobridge.queries.hindcast.slices import freeze
from silobridge.queries.hindcast.study import Plan, asked_slice, training
from silobridge.queries.hindcast.study import ranking as candidates_of
from silobridge.queries.hindcast.trained import all_scores, recent_walks, train, train_lists

RARE = 60
"""A pair is rare when one of its concepts has fewer documents than this up to the cut."""


@dataclass(frozen=True)
class World:
    """Hold what a question needs.

    Parameters
    ----------
    shipped, clean
        The corpus as it came, by which bridges are defined, and the one that features are computed on.
    plan
        The plan.
    frozen, others
        Pairs given from outside and other methods' scores of them.
    controls, positives, seeds, sources
        How pairs are drawn where none are given, how many models, and how many sources are ranked.
    cache
        Folder that keeps training pairs between questions; None keeps nothing.
    lists
        How many draws of training lists, each a model of its own; the first is reported.
    """

    shipped: Corpus
    clean: Corpus
    plan: Plan
    frozen: Pairs | None
    others: dict[str, np.ndarray]
    controls: str
    positives: int
    seeds: int
    sources: int
    cache: Path | None = None
    lists: int = 1


def drawn(world: World, kind: str, seed: int) -> Pairs:
    """Draw pairs at the cut; both ends of every bridge ask."""
    _, candidates, found = asked_slice(world.shipped, world.plan)
    return matched(candidates, both_ways(sample(found, world.positives // 2, seed)), kind, seed)


def lessons(world: World) -> list[tuple[Pairs, Table]]:
    """Give the training pairs with their features, from the cache where they are there already."""
    if world.cache is None:
        return training(world.clean, world.plan, 0)
    path = (
        world.cache / f"{settings_hash({'plan': str(world.plan), 'documents': world.clean.use.shape})}.pickle"
    )
    if path.exists():
        return list(pickle.loads(path.read_bytes()))
    parts = training(world.clean, world.plan, 0)
    world.cache.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(parts))
    return parts


def pairs(world: World) -> tuple[str, Any]:
    """Measure every score on matched pairs: all of them, those that obey the rule, and rare concepts."""
    asked = world.frozen or drawn(world, world.controls, 0)
    table = features(freeze(world.clean, world.plan.cut), asked.source, asked.target)
    slice_ = freeze(world.shipped, world.plan.cut)
    trained = train(world.clean, world.plan, world.seeds, lessons(world))
    scores, seeds = all_scores(trained, slice_, asked, table)
    scores = {f"{name} (given)": values for name, values in world.others.items()} | scores
    reference = "GBDT (given)" if "GBDT (given)" in scores else "GBDT"
    close = slice_.closeness(asked.source, asked.target) >= world.plan.rule.apart
    few = np.minimum(slice_.used[asked.source, 0], slice_.used[asked.target, 0]) < RARE
    rare = np.isin(asked.group, asked.group[(asked.label == 1) & few])
    columns = ("score", "AUC", "AUC gain", "AP", "AP gain", "MRR", "MRR gain", "hits@1", "hits@10")
    texts, data = [], {}
    for title, keep in (
        ("all pairs", np.ones(len(close), dtype=bool)),
        ("pairs that obey the rule", (asked.label == 1) | ~close),
        ("rare concepts", rare & ((asked.label == 1) | ~close)),
    ):
        part = _renumber(asked.where(keep))
        rows = measure(part, {name: values[keep] for name, values in scores.items()}, reference, "matched")
        spread = [_auc(part, values[keep]) for values in seeds]
        size = f"{int(part.label.sum()):,} bridges, {int((part.label == 0).sum()):,} controls"
        note = f"Gain over {reference}. One seed at a time, AUC {min(spread):.4f} to {max(spread):.4f}.\n"
        texts.append(lines(f"{title}: {size}", rows, columns) + note)
        data[title] = {"rows": rows, "seeds": spread}
    return "\n".join(texts), data


def ranking(world: World) -> tuple[str, Any]:
    """Rank every open candidate of each source (N3)."""
    judge, candidates, found = asked_slice(world.shipped, world.plan)
    asked = candidates_of(candidates, found, world.sources, 0)
    table = features(freeze(world.clean, world.plan.cut), asked.source, asked.target)
    scores, _ = all_scores(train(world.clean, world.plan, world.seeds, lessons(world)), judge, asked, table)
    scores["forecast, trained on pairs"] = scores.pop("forecast")
    scores["RW2·√recent"] = recent_walks(table)
    models = [train_lists(world.clean, world.plan, seed) for seed in range(world.lists)]
    full = [model.score(table, asked.group) for model in models]
    scores["forecast, trained on lists"] = full[0]
    rows = measure(asked, scores, "RW2·√recent", "ranking")
    columns = ("score", *(part for what in SHOWN["ranking"] for part in (what, f"{what} gain")))
    each = [per_query(part, asked.label, asked.group, asked.source, (10, 100)).mean() for part in full]
    size = len(asked.label) / (asked.group.max() + 1)
    title = f"full ranking: {asked.group.max() + 1} sources, {size:,.0f} candidates each, {asked.label.sum()} bridges"
    best = [one["MRR"] for one in each]
    spread = f"Gain over RW2·√recent. One seed of training lists at a time, MRR {min(best):.4f} to {max(best):.4f}.\n"
    weights = {name: round(float(w), 3) for name, w in zip(models[0].names, models[0].weights, strict=True)}
    return lines(title, rows, columns) + spread, {"rows": rows, "seeds": each, "weights": weights}


def excess(world: World) -> tuple[str, Any]:
    """Refit the forecast on rewired graphs and subtract, on N1 and N1b."""
    judge = freeze(world.shipped, world.plan.cut)
    sets = {"N1": world.frozen or drawn(world, "N1", 0), "N1b": drawn(world, "N1b", 0)}
    rule = world.plan.rule
    kept = {name: _renumber(p.where((p.label == 1) | (judge.closeness(p.source, p.target) < rule.apart)))
            for name, p in sets.items()}  # fmt: skip
    rows = excess_of(world.clean, world.plan, kept, lessons(world), max(world.seeds, 1))
    columns = ("controls", "score", "real", "rewired", "excess", "graphs")
    title = f"excess over {max(world.seeds, 1)} graphs that keep every degree into every domain"
    return lines(title, rows, columns), {"rows": rows}


def calibration(world: World) -> tuple[str, Any]:
    """Train on the earlier slices, calibrate on the next, test on the last; probabilities over all candidates."""
    rows = reliability(world.clean, world.plan, world.seeds)
    columns = ("seed", "slope", "slope, edge prior", "ECE, top 1 %", "expected", "came true", "Brier skill",
               "candidates")  # fmt: skip
    return lines("calibration over all candidates", rows, columns), {"rows": rows}


def _renumber(asked: Pairs) -> Pairs:
    group = np.unique(asked.group, return_inverse=True)[1]
    return Pairs(group, asked.source, asked.target, asked.label, asked.refused)


def _auc(asked: Pairs, values: np.ndarray) -> float:
    return per_query(values, asked.label, asked.group, asked.source).mean()["AUC"]
