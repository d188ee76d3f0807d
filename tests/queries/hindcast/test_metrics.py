"""Metrics against values worked by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from silobridge.queries.hindcast.metrics import (
    draws,
    interval,
    per_query,
    pooled_precision,
    resampled,
    resampled_precision,
)
from silobridge.queries.hindcast.model import brier, calibrate, logit, slope

GROUP = np.array([0, 0, 0, 0, 1, 1, 1])
LABEL = np.array([1, 0, 0, 0, 1, 1, 0])
SCORE = np.array([0.5, 0.9, 0.5, 0.1, 0.2, 0.8, 0.3])
SOURCE = np.array([7, 7, 7, 7, 3, 3, 3])


def test_one_query_by_hand() -> None:
    ranked = per_query(SCORE, LABEL, GROUP, SOURCE, (1, 3))
    # query 0: the positive is tied for ranks 2 and 3; query 1: positives at ranks 1 and 3
    assert ranked.values["AUC"].tolist() == [0.5, 0.5]
    assert ranked.values["MRR"].tolist() == [pytest.approx(1 / 2.5), 1.0]
    assert ranked.values["hits@1"].tolist() == [0.0, 1.0]
    assert ranked.values["P@3"].tolist() == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert ranked.values["R@1"].tolist() == [0.0, 0.5]
    assert ranked.values["MAP"].tolist() == [pytest.approx(1 / 2.5), pytest.approx((1 + 2 / 3) / 2)]
    assert ranked.source.tolist() == [7, 3]


def test_agrees_with_scikit_learn() -> None:
    random = np.random.default_rng(0)
    score, label = np.round(random.random(400), 2), (random.random(400) < 0.2).astype(int)
    group = np.zeros(400, dtype=int)
    ranked = per_query(score, label, group, group)
    assert ranked.values["AUC"][0] == pytest.approx(roc_auc_score(label, score))
    assert pooled_precision(score, label) == pytest.approx(average_precision_score(label, score))


def test_a_constant_score_is_worth_one_half() -> None:
    assert per_query(np.zeros(7), LABEL, GROUP, SOURCE).mean()["AUC"] == 0.5


def test_queries_of_one_label_are_dropped() -> None:
    ranked = per_query(np.arange(4.0), np.array([1, 1, 1, 0]), np.array([0, 0, 1, 1]), np.zeros(4, int))
    assert len(ranked.source) == 1


def test_resampling_every_source_once_gives_the_mean() -> None:
    ranked = per_query(SCORE, LABEL, GROUP, SOURCE)
    place, _ = draws(ranked.source, 3, 0)
    whole = (place, np.ones((1, 2)))
    assert resampled(ranked, "MRR", whole)[0] == pytest.approx(ranked.mean()["MRR"])
    place, _ = draws(SOURCE, 3, 0)
    assert resampled_precision(SCORE, LABEL, (place, np.ones((1, 2))))[0] == pytest.approx(
        average_precision_score(LABEL, SCORE)
    )


def test_intervals_repeat() -> None:
    ranked = per_query(SCORE, LABEL, GROUP, SOURCE)
    first = resampled(ranked, "MRR", draws(ranked.source, 50, 4))
    assert first.tolist() == resampled(ranked, "MRR", draws(ranked.source, 50, 4)).tolist()
    low, high = interval(first)
    assert low <= ranked.mean()["MRR"] <= high


def test_calibration_recovers_a_known_map_and_the_base_rate() -> None:
    random = np.random.default_rng(1)
    score = random.normal(size=200_000)
    chance = 1 / (1 + np.exp(-(2 * score - 4)))
    label = (random.random(len(score)) < chance).astype(int)
    keep = (label == 1) | (random.random(len(score)) < 0.1)  # nine of ten negatives are not sampled
    weight = np.where(label == 1, 1.0, 10.0)[keep]
    found = calibrate(label[keep], weight, score[keep])
    assert found.weights == pytest.approx([2, -4], abs=0.1)
    shown = found.probability(score[keep])
    assert (weight * shown).sum() == pytest.approx(label.sum(), rel=0.01)
    assert slope(shown, label[keep], weight) == pytest.approx(1, abs=0.02)
    assert brier(shown, label[keep], weight) < brier(np.full(keep.sum(), label.mean()), label[keep], weight)


def test_a_score_twice_too_sure_has_slope_one_half() -> None:
    random = np.random.default_rng(2)
    score = random.normal(size=100_000)
    label = (random.random(len(score)) < 1 / (1 + np.exp(-score))).astype(int)
    sure = 1 / (1 + np.exp(-2 * score))
    assert slope(sure, label, np.ones(len(score))) == pytest.approx(0.5, abs=0.03)
    assert logit(np.array([0.5]))[0] == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_calibration_holds_where_one_pair_of_thousands_links(seed: int) -> None:
    """With seed 1 a full Newton step oscillates and ends at a slope of 2.7."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=2_000_000) * 2.25 - 11
    chance = 1 / (1 + np.exp(-logits))
    label = (random.random(len(logits)) < chance).astype(int)
    keep = (label == 1) | (random.random(len(logits)) < 0.02)
    weight = np.where(label == 1, 1.0, 50.0)[keep]
    assert slope(chance[keep], label[keep], weight) == pytest.approx(1, abs=0.1)
