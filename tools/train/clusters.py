"""Learn which English words keep the same company: clusters from arXiv abstracts, coarse to fine.

It promises the same bytes for the same file: a fixed seed, one thread, words in order. It refuses any
text but arXiv's metadata (CC0), so that the table may be passed on.

    python tools/train/clusters.py [--out benchmarks/understanding/clusters_en.tsv.gz]
"""

import argparse
import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 - after the threads are fixed

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data")
SOURCE = REAL / "papers" / "arxiv_metadata" / "arxiv_metadata_43k.jsonl.gz"
OUT = ROOT / "benchmarks" / "understanding" / "clusters_en.tsv.gz"
SEED = 20261122
WORDS = 25_000
COMPANY = 8_000
WINDOW = 2
DIMENSIONS = 80
SIZES = (48, 200, 800)
_WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*|\d+|[.,;:()]")


def abstracts(path: Path) -> Iterator[list[str]]:
    """Yield the words of each abstract, lower case, numbers as one word."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = f"{record.get('title', '')} . {record.get('abstract', '')}".lower()
            yield ["0" if word.isdigit() else word for word in _WORD.findall(text)]


def company(texts: list[list[str]]) -> tuple[list[str], Any]:
    """Count which words stand near which, by side and distance, as positive mutual information."""
    from scipy.sparse import coo_matrix, csr_matrix

    counted = Counter(word for text in texts for word in text)
    order = sorted(counted, key=lambda word: (-counted[word], word))
    place = {word: number for number, word in enumerate(order[:WORDS])}
    codes = np.concatenate([np.array([place.get(w, -1) for w in t] + [-1] * WINDOW) for t in texts])
    total = csr_matrix((WORDS, 2 * COMPANY))
    for distance in range(1, WINDOW + 1):
        left, right = codes[:-distance], codes[distance:]
        for one, other, side in ((left, right, COMPANY), (right, left, 0)):
            kept = (one >= 0) & (other >= 0) & (other < COMPANY)
            cells = (np.ones(int(kept.sum())), (one[kept], other[kept] + side))
            total = total + coo_matrix(cells, shape=(WORDS, 2 * COMPANY)).tocsr()
    rows = np.asarray(total.sum(axis=1)).ravel()
    columns = np.asarray(total.sum(axis=0)).ravel() ** 0.75
    found = total.tocoo()
    share = rows[found.row] / rows.sum() * columns[found.col] / columns.sum()
    found.data = np.maximum(0.0, np.log(found.data / rows.sum() / share))
    return order[:WORDS], found.tocsr()


def clusters(table: Any) -> list[Any]:
    """Cluster the rows of a table after a truncated decomposition."""
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.utils.extmath import randomized_svd

    left, weights, _ = randomized_svd(table, DIMENSIONS, n_iter=2, random_state=SEED)
    vectors = left * np.sqrt(weights)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return [
        MiniBatchKMeans(size, random_state=SEED, batch_size=4096, n_init=1, max_iter=20).fit_predict(vectors)
        for size in SIZES
    ]


def main() -> None:
    """Write the table and say its hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    words, table = company(list(abstracts(SOURCE)))
    rows = sorted(zip(words, *(some.tolist() for some in clusters(table)), strict=True))
    content = "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(gzip.compress(content, 9, mtime=0))
    manifest = {
        "made_by": "tools/train/clusters.py", "data": "arXiv metadata, 43,195 titles and abstracts, CC0",
        "data_sha256": sha256(SOURCE.read_bytes()).hexdigest(), "seed": SEED, "words": len(rows),
        "sizes": SIZES, "sha256": sha256(content).hexdigest(), "licence": "CC0-1.0",
    }  # fmt: skip
    out.with_suffix(".json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{out.name}: {len(rows)} words, sha256 {sha256(content).hexdigest()}")  # noqa: T201


if __name__ == "__main__":
    main()
