"""The company a term keeps in one document, as a direction.

It promises that a context depends on its document and the table of words only, in whole numbers until
the last step. It refuses to let a term vouch for itself: the words of its own name do not count.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silobridge.ingest.senses.words import folded, table, words_of

if TYPE_CHECKING:
    import duckdb

NEAR, FAR = 10, 120
"""Words this close to a mention count fully; words this close count a little, each once."""

NEAR_WEIGHT, FAR_WEIGHT = 10, 3
MENTIONS = 5
"""So many mentions of a term in one document are looked at."""

WORDS = 12
"""A context of fewer known words, such as a bare title, tells nothing."""

BATCH = 2000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Use:
    """A term in a document: where it stands, and the words that are its own name."""

    doc: int
    key: str
    starts: tuple[int, ...]
    own: frozenset[str]


def weights(texts: dict[int, str], uses: Sequence[Use]) -> Any:
    """Give the words around each use and how much each counts: uses × words of the table, whole numbers."""
    from scipy.sparse import csr_matrix

    known = table().place
    split: dict[int, tuple[list[int], NDArray[np.int64], list[str]]] = {}
    indptr, indices, values = [0], [], []
    for use in uses:
        if use.doc not in split:
            found = words_of(texts[use.doc])
            codes = np.array([known.get(word, -1) for _, word in found], np.int64)
            split[use.doc] = [start for start, _ in found], codes, [word for _, word in found]
        some, much = _around(use, *split[use.doc])
        indices.append(some)
        values.append(much)
        indptr.append(indptr[-1] + len(some))
    shape = (len(uses), len(known))
    if not uses:
        return csr_matrix(shape, dtype=np.int64)
    return csr_matrix((np.concatenate(values), np.concatenate(indices), indptr), shape=shape)


def _around(
    use: Use, starts: list[int], codes: NDArray[np.int64], words: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    near = np.zeros(len(codes), bool)
    far = np.zeros(len(codes), bool)
    for start in use.starts:
        at = bisect_left(starts, start)
        near[max(0, at - NEAR) : at + NEAR + 1] = True
        far[max(0, at - FAR) : at + FAR + 1] = True
    own = [table().place[word] for word in use.own if word in table().place]
    told = (codes >= 0) & ~np.isin(codes, own)
    close, times = np.unique(codes[near & told], return_counts=True)
    wide = np.setdiff1d(np.unique(codes[far & told]), close)
    return (
        np.concatenate([close, wide]),
        np.concatenate([times * NEAR_WEIGHT, np.full(len(wide), FAR_WEIGHT, np.int64)]),
    )


def directions(found: Any) -> Floats:
    """Turn rows of weights into directions of length 1; a row of fewer than `WORDS` words becomes 0."""
    summed = np.asarray(found @ table().directions, np.float64)
    summed[np.diff(found.indptr) < WORDS] = 0.0
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    return np.asarray(np.where(length > 0, summed / np.maximum(length, 1.0), 0.0), np.float64)


def own_words(*names: str) -> frozenset[str]:
    """Give the words of a term's names as the table spells them.

    Examples
    --------
    >>> sorted(own_words("support vector machines", "SVM"))
    ['machine', 'support', 'svm', 'vector']
    """
    return frozenset(folded(word) for name in names for word in name.replace("-", " ").split())


def uses_of(connection: "duckdb.DuckDBPyConnection", pairs: Iterable[tuple[int, str, str]]) -> list[Use]:
    """Find where documents mention forms.

    Parameters
    ----------
    pairs
        Document number, the key the use is filed under, and the form that is mentioned.
    """
    import pyarrow as pa

    wanted = sorted(set(pairs))
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    connection.register(
        "wanted_uses",
        pa.table({
            "doc": pa.array(columns[0], pa.int32()), "key": pa.array(columns[1], pa.string()),
            "form": pa.array(columns[2], pa.string()),
        }),
    )  # fmt: skip
    rows = connection.execute(
        "SELECT w.doc, w.key, w.form, list(m.start ORDER BY m.start), list(DISTINCT m.surface ORDER BY m.surface)"
        " FROM wanted_uses w JOIN mention m ON m.doc = w.doc AND m.form = w.form GROUP BY ALL ORDER BY 1, 2, 3"
    ).fetchall()
    connection.unregister("wanted_uses")
    return [
        Use(doc, key, tuple(starts[:MENTIONS]), own_words(key, form, *surfaces))
        for doc, key, form, starts, surfaces in rows
    ]


def texts_of(connection: "duckdb.DuckDBPyConnection", numbers: Iterable[int]) -> dict[int, str]:
    """Read the texts of some documents."""
    listed = sorted(set(numbers))
    if not listed:
        return {}
    rows = connection.execute(
        "SELECT doc, text FROM document WHERE doc BETWEEN ? AND ? AND doc IN (SELECT unnest(?::INTEGER[]))",
        [listed[0], listed[-1], listed],
    ).fetchall()
    return dict(rows)


def directions_of(connection: "duckdb.DuckDBPyConnection", uses: Sequence[Use]) -> Floats:
    """Give the direction of every use, a batch of documents at a time. O(words around the uses)."""
    found = []
    for first in range(0, len(uses), BATCH):
        some = uses[first : first + BATCH]
        found.append(directions(weights(texts_of(connection, (use.doc for use in some)), some)))
    return np.concatenate(found) if found else np.zeros((0, table().directions.shape[1]))
