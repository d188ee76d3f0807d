"""Learn in which direction each English word points: words of the same company point the same way.

It promises the same bytes for the same file: a fixed seed, one thread, words in order. It refuses any
text but arXiv's metadata (CC0), so that the table may be passed on. It sees no sense of any word: the
gold set of `benchmarks/understanding/senses_en.tsv` is no part of it.

    python tools/train/senses.py [--out ingest/models/senses]
"""

import argparse
import gzip
import io
import json
import os
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 - after the threads are fixed

from silobridge.ingest.senses.words import words_of  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data")
SOURCE = REAL / "papers" / "arxiv_metadata" / "arxiv_metadata_43k.jsonl.gz"
OUT = ROOT / "ingest" / "models" / "senses"
SEED = 20261122
DOCUMENTS = (5, 0.1)
"""A word must stand in so many documents, and in no more than that share of them."""

WINDOW = 8
DIMENSIONS = 80
WEIGHT = 16


def texts(path: Path) -> list[list[str]]:
    """Read titles and abstracts as words."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        return [
            [word for _, word in words_of(f"{record.get('title', '')}\n\n{record.get('abstract', '')}")]
            for record in records
        ]


def company(found: list[list[str]], place: dict[str, int]) -> Any:
    """Count which words stand within a window of which, as positive mutual information."""
    from scipy.sparse import csr_matrix

    size = len(place)
    gap = [-1] * WINDOW
    codes = np.array([code for text in found for code in (*(place.get(w, -1) for w in text), *gap)], np.int32)
    total = csr_matrix((size, size))
    for distance in range(1, WINDOW + 1):
        left, right = codes[:-distance], codes[distance:]
        kept = (left >= 0) & (right >= 0)
        total = total + csr_matrix((np.ones(int(kept.sum())), (left[kept], right[kept])), shape=(size, size))
    both = (total + total.T).tocoo()
    rows = np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1.0)
    columns = rows**0.75 / (rows**0.75).sum()
    value = np.log(both.data / (rows[both.row] * columns[both.col]))
    kept = (value > 0) & (both.data >= 2)
    return csr_matrix((value[kept], (both.row[kept], both.col[kept])), shape=(size, size))


def directions(table: Any) -> Any:
    """Reduce the table by a truncated decomposition to centred directions, in bytes."""
    random = np.random.default_rng(SEED)
    basis = table @ random.standard_normal((table.shape[1], DIMENSIONS + 10))
    for _ in range(3):
        basis, _ = np.linalg.qr(basis)
        basis, _ = np.linalg.qr(table.T @ basis)
        basis = table @ basis
    basis, _ = np.linalg.qr(basis)
    left, sizes, _ = np.linalg.svd((table.T @ basis).T, full_matrices=False)
    vectors = (basis @ left)[:, :DIMENSIONS] * np.sqrt(sizes[:DIMENSIONS])
    vectors = _unit(_unit(vectors) - _unit(vectors).mean(axis=0))
    return np.round(vectors * 127).astype(np.int8)


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def main() -> None:
    """Write the table with its manifest and say its hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    found = texts(SOURCE)
    spread = Counter(word for text in found for word in set(text))
    least, most = DOCUMENTS
    names = sorted(word for word, number in spread.items() if least <= number <= most * len(found))
    vectors = directions(company(found, {name: number for number, name in enumerate(names)}))
    telling = [round(WEIGHT * np.log(len(found) / spread[name])) for name in names]
    blob = io.BytesIO()
    np.savez_compressed(
        blob,
        names=np.frombuffer("\n".join(names).encode(), np.uint8),
        directions=vectors,
        weights=np.array(telling, np.uint8),
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "words-en.npz").write_bytes(blob.getvalue())
    manifest = {
        "made_by": "tools/train/senses.py", "data": "arXiv metadata, 43,195 titles and abstracts, CC0",
        "data_sha256": sha256(SOURCE.read_bytes()).hexdigest(), "seed": SEED, "words": len(names),
        "dimensions": DIMENSIONS, "window": WINDOW, "sha256": sha256(blob.getvalue()).hexdigest(),
        "licence": "CC0-1.0",
    }  # fmt: skip
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{len(names)} words, {len(blob.getvalue())} bytes, sha256 {manifest['sha256']}")  # noqa: T201


if __name__ == "__main__":
    main()
