"""Training again gives the same bytes; calibration never sees what was trained on."""

import importlib
from pathlib import Path

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


@pytest.mark.real
def test_the_chinese_model_is_what_the_script_trains(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    data = real_data("papers", "chinese_csl").parents[1]
    made, _ = importlib.import_module("fields").build("science-zh", data)
    assert made == (ROOT / "ingest" / "models" / "fields" / "science-zh.npz").read_bytes()
