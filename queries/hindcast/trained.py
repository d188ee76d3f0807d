"""Everything that is learned before the cut, and every score it gives after it.

It promises that a graph's ledger and the benchmark print the same scores from the same lines: all
baselines, the forecast on pairs and the forecast on lists. It refuses to learn from the tested slice.
"""

from dataclasses import dataclass

import numpy as np

from silobridge.queries.hindcast import baselines
from silobridge.queries.hindcast.corpus import Corpus, Floats
from silobridge.queries.hindcast.features import Table
from silobridge.queries.hindcast.lists import ListModel, learn_lists
from silobridge.queries.hindcast.model import CHOSEN, Model, fit, thinned
from silobridge.queries.hindcast.negatives import Pairs
from silobridge.queries.hindcast.slices import Slice
from silobridge.queries.hindcast.study import Plan, Thinning, allowed, prior, ranked_training, training


@dataclass(frozen=True)
class Trained:
    """Hold what was learned on earlier slices.

    Parameters
    ----------
    plan
        What is asked.
    parts
        Matched pairs of earlier slices with their features.
    models
        The forecast, once per seed.
    prior
        The edge prior.
    """

    plan: Plan
    parts: list[tuple[Pairs, Table]]
    models: tuple[Model, ...]
    prior: baselines.EdgePrior


def train(corpus: Corpus, plan: Plan, seeds: int, parts: list[tuple[Pairs, Table]] | None = None) -> Trained:
    """Learn all that is asked of matched pairs.

    Parameters
    ----------
    corpus
        All documents.
    plan
        The plan.
    seeds
        Models, whose mean is the forecast.
    parts
        Training pairs where they are known already.
    """
    known = parts or training(corpus, plan, 0)
    models = tuple(fit(thinned(known, seed), CHOSEN, seed) for seed in range(seeds))
    return Trained(plan, known, models, prior(corpus, plan, 0))


def train_lists(corpus: Corpus, plan: Plan, seed: int, thinning: Thinning | None = None) -> ListModel:
    """Learn the ranking of full lists."""
    return learn_lists(*ranked_training(corpus, plan, seed, thinning))


def all_scores(
    trained: Trained, judge: Slice, pairs: Pairs, table: Table
) -> tuple[dict[str, Floats], list[Floats]]:
    """Give every baseline and the forecast of each pair, and the forecast of each seed.

    Parameters
    ----------
    trained
        What was learned.
    judge
        The slice that says which pairs are bridges by definition.
    pairs, table
        The pairs with their features.
    """
    chance = trained.prior(judge, pairs.source, pairs.target)
    scores = baselines.simple(table, chance, 0) | baselines.learned(trained.parts, table, 0)
    seeds = [allowed(judge, pairs, model.score(table), trained.plan.rule) for model in trained.models]
    scores["forecast"] = np.mean(seeds, axis=0)
    return scores, seeds


def recent_walks(table: Table) -> Floats:
    """Give RW2·√recent, the product of two facts that a list must beat."""
    return np.asarray(table["RW2"] * np.sqrt(np.expm1(table["n3_v"])))
