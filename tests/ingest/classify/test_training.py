"""Training again gives the same bytes; calibration never sees what was trained on."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from real import real_data

ROOT = Path(__file__).resolve().parents[3]
FLOWERS = ["rose petal", "tulip bulb", "lily pond", "daisy meadow", "orchid stem", "poppy seed"]
TOOLS = ["hammer nail", "saw blade", "drill bit", "wrench bolt", "plane wood", "chisel edge"]
PAIRS = [(f"{text} {n}", "a") for n, text in enumerate(FLOWERS * 4)] + [(t, "b") for t in TOOLS * 4]


@pytest.fixture
def train(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    return importlib.import_module("field_model")


def test_training_twice_gives_the_same_bytes(train):
    recipe = train.Recipe("toy", least=1)
    one, two = (train.packed(train.calibrate(train.train(PAIRS, recipe), [PAIRS])) for _ in range(2))
    assert one == two


def test_a_model_survives_packing(train):
    from silobridge.ingest.classify.linear import unpack

    made = train.train(PAIRS, train.Recipe("toy", least=1))
    back = unpack(train.packed(made))
    assert back.labels == ("a", "b")
    assert back.ranked("tulip bulb")[0][0] == made.ranked("tulip bulb")[0][0] == "a"
    assert back.predict("hammer nail").words[0] in {"hammer nail", "hammer", "nail"}


def test_equal_texts_fall_into_one_part(train):
    parts = train.split(PAIRS, 0, [0.5, 0.25, 0.25])
    texts = [{text for text, _ in part} for part in parts]
    assert sum(len(part) for part in parts) == len(PAIRS)
    assert not texts[0] & texts[1] and not texts[0] & texts[2] and not texts[1] & texts[2]


@pytest.mark.parametrize("loss", ["softmax", "hinge"])
def test_either_loss_parts_what_can_be_parted(train, loss):
    made = train.train(PAIRS, train.Recipe("toy", least=1, loss=loss))
    assert [made.ranked(text)[0][0] for text, _ in PAIRS] == [label for _, label in PAIRS]


def test_the_slope_of_the_hinge_is_its_slope(train):
    rng = np.random.default_rng(0)
    scores, gold, weight = rng.normal(size=(5, 3)), np.array([0, 1, 2, 0, 1]), rng.uniform(1, 2, 5)
    _, slope = train._hinge(scores, gold, weight)
    for row, column in np.ndindex(*scores.shape):
        step = np.zeros_like(scores)
        step[row, column] = 1e-6
        ahead, back = (train._hinge(scores + sign * step, gold, weight)[0] for sign in (1, -1))
        assert slope[row, column] == pytest.approx((ahead - back) / 2e-6, abs=1e-4)


def test_a_curve_brings_the_probability_to_what_was_right(train):
    # Two labels, said with .88 every time, right in six of ten.
    scores, gold = np.tile([2.0, 0.0], (1000, 1)), np.array([0] * 600 + [1] * 400)
    knots = train.curve([(scores, np.ones(1000), gold)], (0.0, 0.0, 0.0))
    said = np.interp(1 / (1 + np.exp(-2.0)), *zip(*knots, strict=True))
    assert abs(said - 0.6) < 0.1
    assert [x for x, _ in knots] == sorted(x for x, _ in knots)
    assert [y for _, y in knots] == sorted(y for _, y in knots)


@pytest.mark.real
def test_the_chinese_model_is_what_the_script_trains(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    data = real_data("papers", "chinese_csl").parents[1]
    made, _ = importlib.import_module("fields").build("science-zh", data)
    assert made == (ROOT / "ingest" / "models" / "fields" / "science-zh.npz").read_bytes()
