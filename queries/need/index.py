"""BM25 over the documents' words, beside the matrices and in the order of their rows.

It promises one build per version of the ledger, cached on disk; DuckDB cuts and counts the Latin words,
so that no row is looped over. It refuses to count a text that stands in several documents twice.
"""

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.ledger.store import Ledger, content_position
from silobridge.queries import cached
from silobridge.queries.matrices import Matrices
from silobridge.queries.names import Names
from silobridge.queries.need.words import CJK, LATIN, LONGEST, chinese_words, stem

if TYPE_CHECKING:
    import duckdb
    from scipy.sparse import csc_matrix

VERSION = 1
K1 = 1.2
B = 0.75
TITLE = 2
"""So many times more than elsewhere a word of the title counts."""

CHARACTERS = 100_000
"""So much of a text is indexed; annual reports are longer, and repeat themselves."""

TERMS = 64
"""At most so many words of a need are asked for: the most telling ones."""

_TEXT = f"substr(d.text, 1, {CHARACTERS})" + " || ' ' || d.title" * TITLE
_WORDS = f"""
    WITH cut AS (
        SELECT n.row, unnest(regexp_extract_all(strip_accents(lower({_TEXT})), '{LATIN}')) AS word
        FROM document d JOIN numbered n USING (doc))
    SELECT row, word, count(*)::INTEGER AS n FROM cut
    WHERE length(word) BETWEEN 2 AND {LONGEST} GROUP BY ALL ORDER BY row, word"""
_CHINESE = f"""
    SELECT n.row, {_TEXT} FROM document d JOIN numbered n USING (doc)
    WHERE regexp_matches(d.text, '{CJK}') ORDER BY n.row"""
_SOLVING = """
    SELECT DISTINCT subject FROM statement
    WHERE predicate IN ('used-for', 'addresses', 'improves') AND polarity = 'affirmed'"""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Index:
    """Words × documents, weighted as BM25 weighs them, and which concepts are said to solve something."""

    vocabulary: Names
    weights: "csc_matrix"
    idf: NDArray[np.float32]
    solving: NDArray[np.bool_]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Every word's column."""
        return {word: column for column, word in enumerate(self.vocabulary)}

    def terms(self, said: list[str]) -> dict[int, float]:
        """Choose the most telling known words: column and how often it was said, at most `TERMS` of them."""
        counts: dict[int, float] = {}
        for word in said:
            column = self.vocabulary.find(word)
            if column >= 0:
                counts[column] = counts.get(column, 0.0) + 1.0
        telling = sorted(counts, key=lambda column: (-np.log1p(counts[column]) * self.idf[column], column))
        return {column: float(1 + np.log(counts[column])) for column in telling[:TERMS]}

    def scores(self, said: list[str]) -> Floats:
        """Return every document's BM25 score for those words (Robertson and Walker 1994)."""
        terms = self.terms(said)
        if not terms:
            return np.zeros(self.weights.shape[0])
        picked = self.weights[:, list(terms)]
        return np.asarray(picked @ np.fromiter(terms.values(), np.float64), np.float64)


def index(ledger: Ledger, matrices: Matrices) -> Index:
    """Return the index to the matrices' documents, from the cache or built and cached now.

    O(characters) to build, O(size) to load.
    """
    stamp = zlib.crc32(matrices.form.data.tobytes(), zlib.crc32(matrices.doc.tobytes()))
    file = ledger.folder / "cache" / f"need-{VERSION}-{matrices.position}-{stamp:08x}.npz"
    found = cached.load(file, _assemble)
    if found is not None:
        return found
    with ledger.reading() as connection:
        arrays = _build(connection, matrices)
        settled = content_position(connection) == matrices.position
    # The ledger may have gone on since the matrices were read; such an index serves once and is not kept.
    if settled:
        cached.save(file, arrays)
    return _assemble(arrays)


def _build(connection: "duckdb.DuckDBPyConnection", matrices: Matrices) -> dict[str, Any]:
    import pyarrow as pa

    connection.register(
        "numbered", pa.table({"doc": matrices.doc, "row": np.arange(len(matrices.doc), dtype=np.int32)})
    )
    latin = connection.execute(_WORDS).to_arrow_table()
    encoded = latin["word"].combine_chunks().dictionary_encode()
    known = [stem(word) for word in encoded.dictionary.to_pylist()]
    rows, said, times = _chinese(connection)
    vocabulary = sorted({word for word in [*known, *said] if word})
    place = {word: column for column, word in enumerate(vocabulary)}
    mapped = np.array([place.get(word, -1) for word in known], np.int64)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    column = np.concatenate(
        [mapped[codes] if len(codes) else codes, np.array([place[w] for w in said])]
    ).astype(np.int64)
    row = np.concatenate([latin["row"].to_numpy(), np.array(rows, np.int64)])
    count = np.concatenate([latin["n"].to_numpy(), np.array(times, np.int64)]).astype(np.float64)
    kept = column >= 0
    shape = (len(matrices.doc), len(vocabulary))
    arrays = _weigh(row[kept], column[kept], count[kept], shape)
    names = Names.of(vocabulary)
    solving = np.zeros(len(matrices.form), np.bool_)
    for (form,) in connection.execute(_SOLVING).fetchall():
        at = matrices.form.find(form)
        if at >= 0:
            solving[at] = True
    return {**arrays, "data_": names.data, "offsets": names.offsets, "solving": solving}


def _chinese(connection: "duckdb.DuckDBPyConnection") -> tuple[list[int], list[str], list[int]]:
    from collections import Counter

    rows: list[int] = []
    said: list[str] = []
    times: list[int] = []
    for row, text in connection.execute(_CHINESE).fetchall():
        for word, count in sorted(Counter(chinese_words(text)).items()):
            rows.append(row)
            said.append(word)
            times.append(count)
    return rows, said, times


def _weigh(
    row: NDArray[np.int64], column: NDArray[np.int64], count: Floats, shape: tuple[int, int]
) -> dict[str, Any]:
    """Turn counts into BM25 weights; words that fold to one word are summed first."""
    from scipy.sparse import coo_matrix

    table = coo_matrix((count, (row, column)), shape=shape).tocsc()
    table.sum_duplicates()
    frequency = np.diff(table.indptr)
    idf = np.log1p((shape[0] - frequency + 0.5) / (frequency + 0.5))
    length = np.asarray(table.sum(1)).ravel()
    norm = K1 * (1 - B + B * length / max(1.0, float(length.mean()) if len(length) else 1.0))
    table.data = table.data * (K1 + 1) / (table.data + norm[table.indices]) * np.repeat(idf, frequency)
    return {
        "values": table.data.astype(np.float32), "indices": table.indices.astype(np.int32),
        "indptr": table.indptr.astype(np.int64), "idf": idf.astype(np.float32),
        "shape": np.array(shape, np.int64),
    }  # fmt: skip


def _assemble(arrays: Any) -> Index:
    from scipy.sparse import csc_matrix

    height, width = (int(number) for number in arrays["shape"])
    weights = csc_matrix((arrays["values"], arrays["indices"], arrays["indptr"]), shape=(height, width))
    names = Names(arrays["data_"], arrays["offsets"])
    return Index(names, weights, arrays["idf"], arrays["solving"])
