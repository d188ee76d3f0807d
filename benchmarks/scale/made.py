"""A made graph of any size whose shape is that of the real ones: heavy tails, communities, short documents.

It promises the same arrays for the same number and seed. The proportions are those of a graph of 52,334 real
papers and patents: 0.45 documents a concept, half of the documents with fewer than 9 concepts and one in a hundred with
more than 30, half of the concepts in two documents and one in a hundred in more than 40.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from silobridge.queries.matrices import Matrices
from silobridge.queries.names import Names

TOPICS = 250
PER_CONCEPT = 0.45
KINDS = ("paper", "patent", "industry")
KIND_SHARE = (0.6, 0.3, 0.1)
THEME = 60
"""Concepts of a theme: topics are made of them, and a document is about one."""
CLOSE, OWN, NEAR = 0.45, 0.25, 0.15
"""Shares of a document's further concepts that come from its theme, its topic and topics near it; the rest from all."""
FLAT = 10
"""The head of each topic's frequencies: p(rank) ∝ 1 ÷ (rank + 10)."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class _Level:
    """Domains of one level: a prefix, how many, and which kind of document stands in them."""

    scheme: str
    level: str
    layer: str
    count: int
    kind: int


LEVELS = (
    _Level("openalex", "subfield", "science", TOPICS, 0),
    _Level("openalex", "field", "science", 26, 0),
    _Level("cpc", "class", "patent", 130, 1),
    _Level("nace", "division", "industry", 88, 2),
)


def made(concepts: int, seed: int = 0) -> Matrices:
    """Make a graph of so many concepts.

    Every concept is used by documents of its topic twice, which is what admits it; further uses follow the topics'
    frequencies, those of topics nearby, and those of all.
    """
    rng = np.random.default_rng([seed, concepts])
    documents = int(concepts * PER_CONCEPT)
    size = 1 / (np.arange(TOPICS) + 20.0)
    topic = rng.choice(TOPICS, documents, p=size / size.sum())
    home = np.sort(rng.choice(TOPICS, concepts, p=size / size.sum()))
    kind = rng.choice(3, documents, p=KIND_SHARE)
    # Where a topic's concepts lie is no secret of their names.
    shuffled = rng.permutation(concepts)
    uses = _uses(rng, topic, home, documents)
    uses = csr_matrix((uses.data, shuffled[uses.indices], uses.indptr), shape=uses.shape)
    uses.sort_indices()
    stands, columns = _stands(rng, topic, kind)
    return Matrices(
        position=concepts, copies=0,
        document=Names.of([f"doi:10.5555/made.{number:08d}" for number in range(documents)]),
        doc=np.arange(documents, dtype=np.int32),
        year=rng.integers(2000, 2025, documents).astype(np.int16),
        kind=np.array(KINDS)[kind],
        form=(forms := Names.of([_form(number) for number in range(concepts)])), label=forms,
        type=np.full(concepts, ""),
        **columns, uses=uses, stands=stands, claims=_claims(rng, uses), cites=_cites(rng, topic),
    )  # fmt: skip


def _form(number: int) -> str:
    """Name one of at most a million concepts: sorted as numbered, and no two akin."""
    letters, vowels = "bcdfghjklmnprstvwxyz", "aeiou"
    word = "".join(
        letters[at % 100 // 5] + vowels[at % 5] for at in (number // 10_000, number // 100, number)
    )
    return f"{word} {vowels[number % 5]}l{letters[number % 7]}n"


def _ranks(rng: np.random.Generator, sizes: Any, times: int) -> Integers:
    """Draw ranks below the sizes with chances ∝ 1 ÷ (rank + 10)."""
    at = FLAT * ((sizes + FLAT) / FLAT) ** rng.random(times) - FLAT
    return np.minimum(at.astype(np.int64), np.maximum(sizes - 1, 0))


def _uses(rng: np.random.Generator, topic: Integers, home: Integers, documents: int) -> csr_matrix:
    concepts = len(home)
    first = np.searchsorted(home, np.arange(TOPICS + 1))
    size = np.diff(first)
    # A topic's themes take its concepts in turn, so that each has frequent and rare ones.
    themes = np.maximum(size // THEME, 1)
    begun = np.concatenate([[0], np.cumsum(themes)])
    theme = begun[topic] + (rng.random(documents) * themes[topic]).astype(np.int64)
    by_theme = np.argsort(theme, kind="stable")
    starts = np.searchsorted(theme[by_theme], np.arange(begun[-1] + 1))
    twice = np.repeat(np.arange(concepts), 2)
    of = begun[home[twice]] + (twice - first[home[twice]]) % themes[home[twice]]
    there = starts[of] + (rng.random(len(twice)) * np.diff(starts)[of]).astype(np.int64)
    length = np.clip(np.exp(rng.normal(np.log(9), 0.62, documents)), 0, 400).astype(np.int64)
    rows = [by_theme[np.minimum(there, documents - 1)]]
    columns = [twice]
    left = np.maximum(length - np.bincount(rows[0], minlength=documents), 0)
    row = np.repeat(np.arange(documents), left)
    how = rng.random(len(row))
    near = (topic[row] + rng.integers(1, 4, len(row))) % TOPICS
    at = np.where(how < CLOSE + OWN, topic[row], near)
    drawn = first[at] + _ranks(rng, size[at], len(row))
    close = np.flatnonzero(how < CLOSE)
    at, turn = topic[row[close]], (theme - begun[topic])[row[close]]
    inside = turn + themes[at] * _ranks(rng, np.maximum(size[at] // themes[at], 1), len(close))
    drawn[close] = first[at] + np.minimum(inside, np.maximum(size[at] - 1, 0))
    anywhere = how >= CLOSE + OWN + NEAR
    # What all use is spread over the topics, not the first topic's.
    drawn[anywhere] = _ranks(rng, np.int64(concepts), int(anywhere.sum())) * 7_919 % concepts
    rows.append(row)
    columns.append(np.minimum(drawn, concepts - 1))
    entries = (np.concatenate(rows), np.concatenate(columns))
    found = csr_matrix((np.ones(len(entries[0]), np.int32), entries), shape=(documents, concepts))
    found.sum_duplicates()
    return found


def _stands(rng: np.random.Generator, topic: Integers, kind: Integers) -> tuple[csr_matrix, dict[str, Any]]:
    """Put each document into the domains of its kind that its topic belongs to; one in eight into a second one."""
    second = np.where(
        rng.random(len(topic)) < 0.125, (topic + rng.integers(1, 5, len(topic))) % TOPICS, topic
    )
    rows, columns, start = [], [], 0
    told: dict[str, list[str]] = {"domain": [], "layer": [], "level": [], "scheme": [], "parent": []}
    for level in LEVELS:
        here = np.flatnonzero(kind == level.kind)
        for of in (topic, second):
            rows.append(here)
            columns.append(start + of[here] * level.count // TOPICS)
        for number in range(level.count):
            told["domain"].append(f"{level.scheme}-{level.level}:{number:03d}")
            for name in ("layer", "level", "scheme"):
                told[name].append(getattr(level, name))
            told["parent"].append(
                f"openalex-field:{number * 26 // TOPICS:03d}" if level.level == "subfield" else ""
            )
        start += level.count
    entries = (np.concatenate(rows), np.concatenate(columns))
    found = csr_matrix((np.ones(len(entries[0]), np.float32), entries), shape=(len(topic), start))
    found.sum_duplicates()
    found.data[:] = 1
    order = np.argsort(told["domain"])
    names = {name: [values[at] for at in order] for name, values in told.items()}
    packed: dict[str, Any] = {name: np.array(names[name]) for name in ("layer", "level", "scheme")}
    packed["domain"] = packed["domain_label"] = Names.of(names["domain"])
    return found[:, order].tocsr(), packed | {"parent": Names.of(names["parent"])}


def _claims(rng: np.random.Generator, uses: csr_matrix) -> csr_matrix:
    """Join two concepts of a document in one of five documents."""
    some = np.flatnonzero((np.diff(uses.indptr) > 1) & (rng.random(uses.shape[0]) < 0.2))
    one, other = uses.indices[uses.indptr[some]], uses.indices[uses.indptr[some] + 1]
    width = uses.shape[1]
    return csr_matrix((np.ones(len(some), np.int32), (one, other)), shape=(width, width))


def _cites(rng: np.random.Generator, topic: Integers) -> csr_matrix:
    """Let each document cite two others on average, most of its own topic."""
    count = len(topic)
    row = np.repeat(np.arange(count), rng.poisson(2, count))
    by_topic = np.argsort(topic, kind="stable")
    starts = np.searchsorted(topic[by_topic], np.arange(TOPICS + 1))
    at = np.where(rng.random(len(row)) < 0.8, topic[row], rng.integers(0, TOPICS, len(row)))
    there = starts[at] + (rng.random(len(row)) * np.diff(starts)[at]).astype(np.int64)
    column = by_topic[np.minimum(there, count - 1)]
    apart = row != column
    found = csr_matrix(
        (np.ones(int(apart.sum()), np.int32), (row[apart], column[apart])), shape=(count, count)
    )
    found.data[:] = 1
    return found
