"""The encoder's arithmetic on random weights: slopes, determinism, what it learns, and how it is blended."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.understanding import blend, encoder, taggers, transformer, vectors
from benchmarks.understanding.relations import Pair
from silobridge.kg.errors import MissingExtra
from silobridge.kg.models import bert

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "laser", "##s", "heats", "zinc", "oxide", "-"]
SIZE, WIDE, LAYERS = 24, 32, 4


def stored(seed: int = 1) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return draw.normal(0, 0.3, shape).astype("<f4")

    found = {
        "embeddings.word_embeddings.weight": some(len(WORDS), SIZE),
        "embeddings.position_embeddings.weight": some(encoder.LONGEST, SIZE),
        "embeddings.token_type_embeddings.weight": some(2, SIZE),
        "embeddings.LayerNorm.weight": np.ones(SIZE, "<f4"),
        "embeddings.LayerNorm.bias": some(SIZE),
    }
    for number in range(LAYERS):
        stem = f"encoder.layer.{number}."
        for name in (*transformer.NAMES.values(), *transformer.NORMS.values()):
            narrow, wide = (WIDE, SIZE) if name == "intermediate.dense" else (SIZE, SIZE)
            wide = WIDE if name == "output.dense" else wide
            is_norm = name.endswith("LayerNorm")
            found[f"{stem}{name}.weight"] = np.ones(SIZE, "<f4") if is_norm else some(narrow, wide)
            found[f"{stem}{name}.bias"] = some(narrow)
    return found


@pytest.fixture
def weights(tmp_path):
    head, body, place = {}, b"", 0
    for name, block in stored().items():
        head[name] = {
            "dtype": "F32",
            "shape": list(block.shape),
            "data_offsets": [place, place + block.nbytes],
        }
        body, place = body + block.tobytes(), place + block.nbytes
    opening = json.dumps({**head, "__metadata__": {"format": "pt"}}).encode()
    (tmp_path / "model.safetensors").write_bytes(len(opening).to_bytes(8, "little") + opening + body)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    return tmp_path


def test_stored_arrays_are_read_as_they_were_written(weights):
    found = bert.weights(weights / "model.safetensors")
    assert found.keys() == stored().keys()
    assert all(np.array_equal(found[name], block) for name, block in stored().items())


def test_a_layers_slopes_are_those_of_its_output():
    # Twelve heads want a width that twelve divides; the seed is drawn anew so that both passes drop alike.
    layer = transformer.Layer(stored(), 0)
    layer.weights = {name: block.astype(np.float64) for name, block in layer.weights.items()}
    draw = np.random.default_rng(3)
    rows, aim = draw.normal(size=(2, 5, SIZE)), draw.normal(size=(2, 5, SIZE))
    mask = np.zeros((2, 1, 1, 5))
    mask[1, ..., 3:] = -1e4

    def loss() -> float:
        return float((layer.forward(rows, mask, np.random.default_rng(7)) * aim).sum())

    loss()
    back, slopes = layer.backward(aim)
    checked = [(rows, back, (0, 2, 5)), (rows, back, (1, 1, 3))]
    checked += [
        (layer.weights[name], slopes[name], tuple(n // 2 for n in slopes[name].shape)) for name in slopes
    ]
    for block, slope, place in checked:
        before = block[place]
        block[place] = before + 1e-5
        up = loss()
        block[place] = before - 1e-5
        down = loss()
        block[place] = before
        assert slope[place] == pytest.approx((up - down) / 2e-5, rel=2e-3, abs=2e-5)


def test_an_encoder_learns_the_same_labels_each_time(weights, monkeypatch):
    monkeypatch.setattr(encoder, "RATE", 1e-2)
    monkeypatch.setattr(encoder, "HEAD_RATE", 5e-2)
    monkeypatch.setattr(encoder, "ROUNDS", (6, 6))
    monkeypatch.setattr(encoder, "PIECES", 112)
    said = [["the", "lasers", "heats", "zinc-oxide"], ["zinc", "heats", "the", "laser"]] * 200
    tags = [["O", "device", "O", "material"], ["material", "O", "O", "device"]] * 200

    def learned() -> list[np.ndarray]:
        tagger = encoder.Encoder(["O", "device", "material"], weights)
        tagger.train(said, tags)
        return tagger.probabilities([*said[:2], ["the"] * 300])

    first, second = learned(), learned()
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    assert [row.argmax(axis=1).tolist() for row in first[:2]] == [[0, 1, 0, 2], [2, 0, 0, 1]]
    assert np.allclose(first[0].sum(axis=1), 1)
    assert first[2].shape == (300, 3)
    assert (first[2][encoder.LONGEST :, 0] == 1).all()


def test_a_step_has_room_for_so_many_pieces_and_for_one_sentence_at_least(monkeypatch):
    monkeypatch.setattr(encoder, "PIECES", 10)
    rows = [encoder.Row([0] * size, []) for size in (5, 3, 12, 3, 5)]
    assert encoder._batches(rows) == [[1, 3], [0, 4], [2]]


def test_a_word_without_pieces_is_the_unknown_one():
    known = {"[UNK]": 9, "la": 1, "##ser": 2}
    assert encoder.pieces("Láser", known) == [1, 2]
    assert encoder.pieces("lax", known) == encoder.pieces("​", known) == [9]


def test_weights_that_are_not_the_published_ones_are_not_used(weights, monkeypatch):
    monkeypatch.setattr(encoder, "PACKAGE", replace(encoder.PACKAGE, package="no_such_package_here"))
    assert encoder.folder() is None
    with pytest.raises(MissingExtra, match="no_such_package_here"):
        encoder.Encoder(["O"])


def test_places_of_one_form_agree_on_a_label():
    worth = np.array([[0.0, -1.0], [-3.0, -1.0], [0.0, -9.0], [-1.0, 0.0]])
    forms = ["coil", "coil", "coil", "yoke"]
    assert taggers.agreed(worth, forms).argmax(axis=1).tolist() == [0, 0, 0, 1]
    assert taggers.agreed(worth, forms, 0).tolist() == worth.tolist()


def test_two_taggers_decide_together_what_neither_does_alone():
    labels = ["O", "device"]
    ours, theirs = np.array([[0.4, 0.6], [0.6, 0.4]]), np.array([[0.01, 0.99], [0.01, 0.99]])
    ((tags, chances),) = blend.decoded([ours], [theirs], np.zeros((2, 2)), labels)
    assert tags == ["device", "device"]
    assert np.allclose(chances.sum(axis=1), 1)
    ((alone, _),) = blend.decoded([ours], [np.full((2, 2), 0.5)], np.zeros((2, 2)), labels)
    assert alone == ["device", "O"]
    assert blend.decoded([np.zeros((0, 2))], [np.zeros((0, 2))], np.zeros((2, 2)), labels)[0][0] == []


def test_a_pairs_vectors_follow_its_direction_not_its_order(weights):
    pair = Pair(("the",), ("laser",), ("heats",), ("zinc", "oxide"), (), False, ("", ""), "x", "")
    (words,) = encoder.Encoder(["O"], weights).vectors([("the", "laser", "heats", "zinc", "oxide")])
    assert words.shape == (5, SIZE)
    there, back = vectors.row(pair, words), vectors.row(pair._replace(turned=True), words)
    assert np.allclose(there[:SIZE], words[1])
    assert np.allclose(there[SIZE : 2 * SIZE], words[3:].mean(axis=0), atol=1e-6)
    assert np.allclose(np.roll(there[: 2 * SIZE], SIZE), back[: 2 * SIZE])
    assert np.allclose(there[2 * SIZE :], back[2 * SIZE :])
    assert np.isfinite(vectors.row(pair._replace(between=()), words[:4])).all()
