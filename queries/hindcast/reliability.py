"""Whether the probabilities of a forecast are right: slope, sums, and skill over the edge prior.

It promises probabilities over all candidates, not over sampled pairs: trained on the earlier slices,
mapped on the next, tested on the last. It refuses to test where it was mapped.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from silobridge.queries.hindcast.baselines import EdgePrior
from silobridge.queries.hindcast.corpus import Corpus, Floats
from silobridge.queries.hindcast.features import features
from silobridge.queries.hindcast.metrics import draws, interval
from silobridge.queries.hindcast.model import CHOSEN, Model, brier, calibrate, fit, logit, slope, thinned
from silobridge.queries.hindcast.negatives import Pairs
from silobridge.queries.hindcast.slices import Slice
from silobridge.queries.hindcast.study import Plan, asked_slice, prior, training, uniform


def reliability(corpus: Corpus, plan: Plan, seeds: int, count: int = 60_000) -> list[dict[str, Any]]:
    """Give, per seed: calibration slopes of forecast and edge prior, sums, and Brier skill with its interval.

    Parameters
    ----------
    corpus
        All documents.
    plan
        The plan; its earlier slices lie before the slice on which probabilities are mapped.
    seeds
        Models.
    count
        Pairs drawn at random to map on, and again to test on.

    Raises
    ------
    NothingFound
        There is no slice left to train on before the one that maps.
    """
    middle = replace(plan, cut=plan.cut - 12 * plan.years)
    parts = training(corpus, middle, 0)
    slice_, candidates, found = asked_slice(corpus, middle)
    later, after, came = asked_slice(corpus, plan)
    rows = []
    for seed in range(seeds):
        model = fit(thinned(parts, seed), CHOSEN, seed)
        edge = prior(corpus, plan, seed)
        known, weight = uniform(candidates, found, count, seed)
        chart = calibrate(known.label, weight, *_inputs(model, edge, slice_, known))
        asked, stands = uniform(after, came, count, seed + 100)
        chance = chart.probability(*_inputs(model, edge, later, asked))
        base = edge(later, asked.source, asked.target)
        rows.append({"seed": seed} | judged(asked, stands, chance, base))
    return rows


def _inputs(model: Model, edge: EdgePrior, slice_: Slice, asked: Pairs) -> tuple[Floats, Floats]:
    score = model.score(features(slice_, asked.source, asked.target))
    return score, logit(edge(slice_, asked.source, asked.target))


def judged(asked: Pairs, weight: Floats, chance: Floats, base: Floats) -> dict[str, Any]:
    """Judge probabilities of weighted pairs against a base; the skill has a bootstrap over sources.

    ``ECE, top 1 %`` is the mean difference of promised and found in ten equal parts of the likeliest
    hundredth of all candidates.
    """
    place, counts = draws(asked.source, 200, 0)
    skill = []
    for taken in counts:
        some = weight * taken[place]
        skill.append(1 - brier(chance, asked.label, some) / brier(base, asked.label, some))
    return {
        "slope": slope(chance, asked.label, weight),
        "slope, edge prior": slope(base, asked.label, weight),
        "ECE, top 1 %": top_error(chance, asked.label, weight),
        "expected": float((weight * chance).sum()),
        "came true": int(asked.label.sum()),
        "Brier skill": [1 - brier(chance, asked.label, weight) / brier(base, asked.label, weight),
                        *interval(np.array(skill))],
        "candidates": float(weight.sum()),
    }  # fmt: skip


def top_error(chance: Floats, label: Any, weight: Floats, share: float = 0.01, parts: int = 10) -> float:
    """Give the expected calibration error among the likeliest share of all candidates.

    Examples
    --------
    >>> top_error(np.array([0.5, 0.5]), np.array([1, 0]), np.ones(2), share=1.0, parts=1)
    0.0
    """
    order = np.argsort(-chance, kind="stable")
    reached = np.cumsum(weight[order])
    top = order[: max(int(np.searchsorted(reached, share * reached[-1], side="right")), 1)]
    edges = np.minimum((np.cumsum(weight[top]) - weight[top]) / weight[top].sum() * parts, parts - 1)
    part = edges.astype(np.int64)
    promised = np.bincount(part, weight[top] * chance[top], minlength=parts)
    found = np.bincount(part, weight[top] * label[top], minlength=parts)
    return float(np.abs(promised - found).sum() / weight[top].sum())
