"""How near documents are to a need in meaning, by an encoder that somebody names.

It promises one vector a document, of its title and how it begins, made once and kept beside the matrices under
a hash of those words. It refuses to say more than a cosine: what words are shared is for the index to tell.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.ledger.store import Ledger
from silobridge.queries import cached
from silobridge.queries.matrices import Matrices

if TYPE_CHECKING:
    from silobridge.kg.models.vectors import Encoder

LETTERS = 320
"""So much of a document is encoded: the title and one to three sentences (measured: docs/explanation/need.md)."""
BLOCK = 4_096

_BEGINNING = """
    SELECT title || '. ' || ltrim(substr(text, CASE WHEN starts_with(text, title) THEN length(title) + 1 ELSE 1 END, ?))
    FROM document JOIN wanted USING (doc) ORDER BY wanted.row"""

Vectors = NDArray[np.float16]


@dataclass(frozen=True)
class Meaning:
    """An encoder and what it makes of every document, in the order of the rows."""

    encoder: "Encoder"
    vectors: Vectors

    def near(self, text: str) -> NDArray[np.float64]:
        """Return by how much each document is nearer to a text than documents are on average; 0 for the others."""
        if not len(self.vectors):
            return np.zeros(0)
        asked = self.encoder.encode([text])[0]
        blocks = (self.vectors[at : at + BLOCK] for at in range(0, len(self.vectors), BLOCK))
        cosine = np.concatenate([block.astype(np.float32) @ asked for block in blocks]).astype(np.float64)
        return np.asarray(np.maximum(cosine - cosine.mean(), 0.0), np.float64)


def meaning(ledger: Ledger, matrices: Matrices, encoder: "Encoder") -> Meaning:
    """Read the documents' vectors from the cache, or encode what is new and keep it.

    Only documents whose beginning is new are encoded; those that are gone are dropped from the cache.
    """
    texts = beginnings(ledger, matrices)
    keys = np.array([_key(text) for text in texts], np.uint64)
    file = ledger.folder / "cache" / f"vectors_{encoder.name}-{encoder.version}.npz"
    kept = cached.load(file, lambda arrays: (arrays["keys"], arrays["vectors"]))
    held, known = kept or (np.zeros(0, np.uint64), np.zeros((0, encoder.size), np.float16))
    place = np.minimum(np.searchsorted(held, keys), max(0, len(held) - 1))
    there = held[place] == keys if len(held) else np.zeros(len(keys), np.bool_)
    found = np.zeros((len(keys), encoder.size), np.float16)
    found[there] = known[place[there]]
    fresh = np.flatnonzero(~there)
    for at in range(0, len(fresh), BLOCK):
        rows = fresh[at : at + BLOCK]
        found[rows] = encoder.encode([texts[row] for row in rows])
    unique, first = np.unique(keys, return_index=True)
    if len(fresh) or len(held) != len(unique):
        cached.save(file, {"keys": unique, "vectors": found[first]})
    return Meaning(encoder, found)


def beginnings(ledger: Ledger, matrices: Matrices) -> list[str]:
    """Return what is encoded of each document: its title and how it begins, in the order of the rows."""
    import pyarrow as pa

    rows: Any = pa.table({"doc": matrices.doc, "row": np.arange(len(matrices.doc), dtype=np.int32)})
    with ledger.reading() as connection:
        connection.register("wanted", rows)
        return [row[0] for row in connection.execute(_BEGINNING, [LETTERS]).fetchall()]


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
