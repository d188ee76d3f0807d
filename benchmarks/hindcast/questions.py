"""The four questions that the hindcast answers.

It promises that each question trains before the cut, asks after it, and prints every baseline. It refuses
to use a future document for anything but a label.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hindcast.tables import SHOWN, lines, measure
from silobridge.queries.hindcast import baselines
from silobridge.queries.hindcast.corpus import Corpus
from silobridge.queries.hindcast.features import Table, features
from silobridge.queries.hindcast.metrics import draws, interval, per_query, resampled
from silobridge.queries.hindcast.model import (
    CHOSEN,
    GRAPH,
    Model,
    brier,
    calibrate,
    fit,
    logit,
    slope,
    thinned,
)
from silobridge.queries.hindcast.negatives import Pairs, both_ways, matched, sample
from silobridge.queries.hindcast.rewire import rewire
from silobridge.queries.hindcast.runs import settings_hash
from silobridge.queries.hindcast.slices import Slice, freeze
from silobridge.queries.hindcast.study import (
    Plan,
    allowed,
    asked_slice,
    prior,
    ranked_training,
    training,
    uniform,
)
from silobridge.queries.hindcast.study import ranking as candidates_of

COUNT = 60_000
"""Pairs drawn at random to calibrate on, and again to test on."""

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


def all_scores(world: World, pairs: Pairs, table: Table) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    """Give every baseline and the forecast, and the forecast of each seed."""
    parts = lessons(world)
    fitted = [fit(thinned(parts, seed), CHOSEN, seed) for seed in range(world.seeds)]
    slice_ = freeze(world.shipped, world.plan.cut)
    chance = prior(world.clean, world.plan, 0)(slice_, pairs.source, pairs.target)
    scores = baselines.simple(table, chance, 0) | baselines.learned(parts, table, 0)
    seeds = [allowed(slice_, pairs, model.score(table), world.plan.rule) for model in fitted]
    scores["forecast"] = np.mean(seeds, axis=0)
    return scores, seeds


def pairs(world: World) -> tuple[str, Any]:
    """Measure every score on matched pairs: all of them, those that obey the rule, and rare concepts."""
    asked = world.frozen or drawn(world, world.controls, 0)
    table = features(freeze(world.clean, world.plan.cut), asked.source, asked.target)
    scores, seeds = all_scores(world, asked, table)
    scores = {f"{name} (given)": values for name, values in world.others.items()} | scores
    reference = "GBDT (given)" if "GBDT (given)" in scores else "GBDT"
    slice_ = freeze(world.shipped, world.plan.cut)
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
    _, candidates, found = asked_slice(world.shipped, world.plan)
    asked = candidates_of(candidates, found, world.sources, 0)
    table = features(freeze(world.clean, world.plan.cut), asked.source, asked.target)
    scores, _ = all_scores(world, asked, table)
    lists, weight = ranked_training(world.clean, world.plan, 0)
    full = [fit(lists, CHOSEN, seed, "both", weight).score(table) for seed in range(world.seeds)]
    scores["forecast, trained on lists"] = np.mean(full, axis=0)
    scores["RW2·√recent"] = table["RW2"] * np.sqrt(np.exp(table["n3_v"]) - 1)
    rows = measure(asked, scores, "RA", "ranking")
    columns = ("score", *(part for what in SHOWN["ranking"] for part in (what, f"{what} gain")))
    each = [per_query(part, asked.label, asked.group, asked.source, (10, 100)).mean() for part in full]
    size = len(asked.label) / (asked.group.max() + 1)
    title = f"full ranking: {asked.group.max() + 1} sources, {size:,.0f} candidates each, {asked.label.sum()} bridges"
    best = [one["MRR"] for one in each]
    spread = f"Gain over RA. One seed at a time, MRR {min(best):.4f} to {max(best):.4f}.\n"
    return lines(title, rows, columns) + spread, {"rows": rows, "seeds": each}


def excess(world: World) -> tuple[str, Any]:
    """Refit the forecast on rewired graphs and subtract, on N1 and N1b."""
    slice_ = freeze(world.clean, world.plan.cut)
    judge = freeze(world.shipped, world.plan.cut)
    sets = {"N1": world.frozen or drawn(world, "N1", 0), "N1b": drawn(world, "N1b", 0)}
    rule = world.plan.rule
    kept = {name: _renumber(p.where((p.label == 1) | (judge.closeness(p.source, p.target) < rule.apart)))
            for name, p in sets.items()}  # fmt: skip
    names = {"forecast": CHOSEN, "forecast, graph only": GRAPH}
    real = _each(kept, slice_, lessons(world), names, 0)
    null: dict[tuple[str, str], list[np.ndarray]] = {}
    for seed in range(max(world.seeds, 1)):

        def change(part: Slice, seed: int = seed) -> Slice:
            return part.with_graph(rewire(part.graph, part.home, seed).graph)

        parts = training(world.clean, world.plan, 0, change)
        for key, values in _each(kept, change(slice_), parts, names, 0).items():
            null.setdefault(key, []).append(values)
    rows = []
    for (which, name), values in real.items():
        asked = kept[which]
        rows.append({"controls": which, "score": name} | _difference(asked, values, null[which, name]))
    columns = ("controls", "score", "real", "rewired", "excess", "graphs")
    title = f"excess over {max(world.seeds, 1)} graphs that keep every degree into every domain"
    return lines(title, rows, columns), {"rows": rows}


def _each(
    sets: dict[str, Pairs], slice_: Slice, parts: list[tuple[Pairs, Table]], names: dict[str, Any], seed: int
) -> dict[tuple[str, str], np.ndarray]:
    fitted = {name: fit(parts, chosen, seed) for name, chosen in names.items()}
    out: dict[tuple[str, str], np.ndarray] = {}
    for which, asked in sets.items():
        table = features(slice_, asked.source, asked.target)
        for name, feature in baselines.SCORES.items():
            out[which, name] = table[feature]
        out |= {(which, name): model.score(table) for name, model in fitted.items()}
    return out


def _difference(asked: Pairs, real: np.ndarray, null: list[np.ndarray]) -> dict[str, Any]:
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


def calibration(world: World) -> tuple[str, Any]:
    """Train on the earlier slices, calibrate on the next, test on the last; probabilities over all candidates."""
    plan = world.plan
    middle = Plan(plan.cut - 12 * plan.years, plan.years, plan.slices, plan.rule, plan.papers, plan.most,
                  plan.controls)  # fmt: skip
    rows = []
    parts = training(world.clean, middle, 0)
    slice_, candidates, found = asked_slice(world.clean, middle)
    later, after, came = asked_slice(world.clean, plan)
    for seed in range(world.seeds):
        model = fit(thinned(parts, seed), CHOSEN, seed)
        edge = prior(world.clean, plan, seed)
        known, weight = uniform(candidates, found, COUNT, seed)
        inputs = _inputs(model, edge, slice_, known)
        chart = calibrate(known.label, weight, *inputs)
        asked, stands = uniform(after, came, COUNT, seed + 100)
        chance = chart.probability(*_inputs(model, edge, later, asked))
        base = edge(later, asked.source, asked.target)
        rows.append(_reliability(seed, asked, stands, chance, base))
    columns = ("seed", "slope", "slope, edge prior", "expected", "came true", "Brier skill", "candidates")
    return lines("calibration over all candidates", rows, columns), {"rows": rows}


def _inputs(model: Model, edge: baselines.EdgePrior, slice_: Slice, asked: Pairs) -> tuple[Any, Any]:
    score = model.score(features(slice_, asked.source, asked.target))
    return score, logit(edge(slice_, asked.source, asked.target))


def _reliability(seed: int, asked: Pairs, weight: Any, chance: Any, base: Any) -> dict[str, Any]:
    """Give slope, sums and Brier skill with a bootstrap over sources."""
    skill = []
    place, counts = draws(asked.source, 200, seed)
    for taken in counts:
        some = weight * taken[place]
        skill.append(1 - brier(chance, asked.label, some) / brier(base, asked.label, some))
    return {
        "seed": seed,
        "slope": slope(chance, asked.label, weight),
        "slope, edge prior": slope(base, asked.label, weight),
        "expected": float((weight * chance).sum()),
        "came true": int(asked.label.sum()),
        "Brier skill": [1 - brier(chance, asked.label, weight) / brier(base, asked.label, weight),
                        *interval(np.array(skill))],
        "candidates": float(weight.sum()),
    }  # fmt: skip


def _renumber(asked: Pairs) -> Pairs:
    group = np.unique(asked.group, return_inverse=True)[1]
    return Pairs(group, asked.source, asked.target, asked.label, asked.refused)


def _auc(asked: Pairs, values: np.ndarray) -> float:
    return per_query(values, asked.label, asked.group, asked.source).mean()["AUC"]
