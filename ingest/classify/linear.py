"""A linear classifier small enough to ship: a vocabulary, weights in bytes, and how sure they were when tested.

It promises probabilities that were calibrated on texts kept aside, the features that decided, and the
same answer whatever stands beside a text. It refuses pickles: an artefact is plain arrays and JSON.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from silobridge.ingest.classify.features import counts
from silobridge.kg.errors import ReadError

Floats = NDArray[np.floating[Any]]
_FOLDER = files("silobridge") / "ingest" / "models" / "fields"


class Read(NamedTuple):
    """A text as a model reads it: its known features, their values, the share it does not know, and its parts."""

    places: NDArray[np.int64]
    values: Floats
    missed: float
    parts: int


def signs(first: Any, second: Any, known: Any, missed: Any, parts: Any) -> Floats:
    """Give what tells how far to trust an answer, one row a text.

    The probabilities of the first and the second label (as beta calibration takes them: Kull, Silva Filho and
    Flach 2017), their ratio, how many features are known, the share that is not, and whether more than a
    title was read.
    """
    first = np.clip(np.asarray(first, dtype=np.float64), 1e-6, 1 - 1e-6)
    return np.stack(
        [
            np.ones_like(first), np.log(first), -np.log1p(-first),
            np.log(first / np.maximum(second, 1e-9)), np.log(np.maximum(known, 1)),
            np.asarray(missed, dtype=np.float64), np.asarray(parts, dtype=np.float64) - 1,
        ],
        axis=-1,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most likely label of a text with its calibrated probability and the words that decided."""

    label: str
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Linear:
    """A model in memory.

    `weights` holds one row of bytes for each feature, `scale` what a byte is worth for each label;
    `sharpness` is (a, b, e): the scores of a text with n known features are multiplied by exp(a) · n^b
    before they become probabilities, and the share e of every probability is dealt out evenly.
    `trust` then says how often the first label was right with such `signs`: the weights of a logistic
    regression, or nothing where none was fitted. The other labels share the rest as before.
    `broad` names what each label is part of: where no label is sure enough, the sum of a part's labels
    may be.
    """

    name: str
    version: str
    recipe: str
    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Floats
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats
    sharpness: tuple[float, float, float]
    threshold: float
    broad: tuple[str, ...]
    broad_threshold: float
    trust: tuple[float, ...]

    def probabilities(self, text: str) -> Floats:
        """Give the probability of every label, in the order of `labels`."""
        return self._soften(self.read(text))

    def ranked(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Give the most likely labels with their probabilities, ties by label."""
        found = self.probabilities(text)
        order = sorted(range(len(found)), key=lambda i: (-float(found[i]), self.labels[i]))
        return [(self.labels[i], float(found[i])) for i in order[:limit]]

    def predict(self, text: str, words: int = 4) -> Prediction | None:
        """Give the most likely label, else the most likely part, or None where neither is sure enough.

        Parameters
        ----------
        text
            What to classify.
        words
            How many of the features that spoke for the label to name.
        """
        read = self.read(text)
        if not len(read.places):
            return None
        found = self._soften(read)
        best = int(found.argmax())
        if found[best] >= self.threshold:
            decided = self._decided(read, best, words)
            return Prediction(self.labels[best], float(found[best]), decided)
        part, sure = self.broadest(found)
        if sure < self.broad_threshold:
            return None
        best = max((i for i, name in enumerate(self.broad) if name == part), key=lambda i: float(found[i]))
        return Prediction(part, sure, self._decided(read, best, words))

    def broadest(self, found: Floats) -> tuple[str, float]:
        """Give the most likely part and the sum of its labels' probabilities, ties by name."""
        sums: dict[str, float] = {}
        for part, share in zip(self.broad, found.tolist(), strict=True):
            sums[part] = sums.get(part, 0.0) + share
        best = min(sums, key=lambda part: (-sums[part], part))
        return best, min(sums[best], 1.0)

    def read(self, text: str) -> Read:
        """Look a text's features up; a title and the rest are unit vectors of their own, added up."""
        vocabulary = self.vocabulary
        parts, missed, seen = [], 0, 0
        bags = counts(text, self.recipe)
        for bag in bags:
            found = [(vocabulary[f], count) for f, count in bag.items() if f in vocabulary]
            seen += len(bag)
            missed += len(bag) - len(found)
            if found:
                places, times = np.array(found, dtype=np.int64).T
                order = places.argsort()
                places = places[order]
                values = np.log1p(times[order].astype(np.float32)) * self.idf[places]
                parts.append((places, values / math.sqrt(float(values @ values))))
        share = missed / max(seen, 1)
        if not parts:
            return Read(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), share, len(bags))
        if len(parts) == 1:
            return Read(*parts[0], share, len(bags))
        places, back = np.unique(np.concatenate([place for place, _ in parts]), return_inverse=True)
        summed = np.zeros(len(places), dtype=np.float32)
        np.add.at(summed, back, np.concatenate([values for _, values in parts]))
        return Read(places, summed / math.sqrt(float(summed @ summed)), share, len(bags))

    def scores(self, read: Read) -> Floats:
        """Give every label's raw score."""
        return (read.values @ self.weights[read.places].astype(np.float32)) * self.scale + self.bias

    def _soften(self, read: Read) -> Floats:
        a, b, even = self.sharpness
        scores = self.scores(read) * (math.exp(a) * max(len(read.places), 1) ** b)
        raised = np.exp((scores - scores.max()).astype(np.float64))
        found = np.asarray(raised / raised.sum() * (1 - even) + even / len(raised))
        return self._trusted(found, read) if self.trust and len(found) > 1 else found

    def _trusted(self, found: Floats, read: Read) -> Floats:
        best = int(found.argmax())
        first = float(found[best])
        rest = max(1 - first, 1e-12)
        second = float(np.partition(found, -2)[-2])
        said = expit(float(signs(first, second, len(read.places), read.missed, read.parts) @ self.trust))
        # Trust changes how sure the first label is, never which it is.
        said = min(max(said, second / (rest + second) + 1e-6), 1.0)
        found = found * ((1 - said) / rest)
        found[best] = said
        return found

    def _decided(self, read: Read, label: int, limit: int) -> tuple[str, ...]:
        # Against the mean of all labels: a word that speaks for every label decides nothing.
        own = self.weights[read.places].astype(np.float32) * self.scale
        spoke = read.values * (own[:, label] - own.mean(axis=1))
        named: list[str] = []
        for at in (-spoke).argsort(kind="stable"):
            word = self._names[int(read.places[at])]
            if spoke[at] <= 0 or len(named) == limit:
                break
            if not any(word.rstrip("~") in kept or kept in word for kept in named):
                named.append(word)
        return tuple(named)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.vocabulary)


def expit(x: float) -> float:
    """Give the logistic function.

    Examples
    --------
    >>> expit(0.0), expit(-1000.0)
    (0.5, 0.0)
    """
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def names() -> list[str]:
    """Give the names of the models that ship, sorted."""
    return sorted(json.loads((_FOLDER / "manifest.json").read_text(encoding="utf-8"))["models"])


@lru_cache(maxsize=8)
def load(name: str) -> Linear:
    """Read a model that ships, once in a process.

    Raises
    ------
    ReadError
        If the artefact is not the one its manifest describes.
    """
    entry = json.loads((_FOLDER / "manifest.json").read_text(encoding="utf-8"))["models"][name]
    data = (_FOLDER / f"{name}.npz").read_bytes()
    found = sha256(data).hexdigest()
    if found != entry["sha256"]:
        raise ReadError(
            f"hash {found[:12]}…",
            where=f"ingest/models/fields/{name}.npz",
            expected=f"{entry['sha256'][:12]}…, as the manifest says",
            hint="install the package again, or train again with tools/train/fields.py",
        )
    return unpack(data)


def unpack(data: bytes) -> Linear:
    """Read a model from the bytes of its artefact."""
    import io

    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        vocabulary: Sequence[str] = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
        return Linear(
            name=about["name"],
            version=about["version"],
            recipe=about["recipe"],
            labels=tuple(about["labels"]),
            vocabulary={feature: place for place, feature in enumerate(vocabulary)},
            idf=arrays["idf"].astype(np.float32),
            weights=arrays["weights"],
            scale=arrays["scale"].astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
            sharpness=tuple(about["sharpness"]),
            threshold=about["threshold"],
            broad=tuple(about["broad"]),
            broad_threshold=about["broad_threshold"],
            trust=tuple(about["trust"]),
        )
