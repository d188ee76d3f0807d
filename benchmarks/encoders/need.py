"""Do encoders find the other field better than words? `python -m benchmarks.encoders.need GRAPH ENCODER`.

It promises the needs, fields and halves of `benchmarks.need.run`, with BM25, the latent space and the shipped
fusion in the same run, and the seconds of a processor for the index and for a need. It refuses to choose a
weight on the needs it reports.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from benchmarks.need.rankers import Floats, Latent, latent
from benchmarks.need.run import field_rank, paired, summary
from benchmarks.need.tasks import crosslisted, without
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.models.vectors import Encoder, encoder
from silobridge.queries.matrices import matrices
from silobridge.queries.need.index import Index, index
from silobridge.queries.need.linking import link
from silobridge.queries.need.meaning import Meaning, beginnings, meaning
from silobridge.queries.need.ranking import combine, rank_fusion, ranked
from silobridge.queries.need.words import words

WEIGHTS = (0.3, 0.5, 0.6, 0.7, 0.8)


def measure(ledger: Ledger, most: int, named: Encoder, documents: int) -> dict[str, object]:
    """Rank the fields of cross-listed records by words, by meaning, and by both."""
    found = matrices(ledger)
    queries = crosslisted(ledger, found, most)
    lexical = index(ledger, found)
    begun = time.process_time()
    kept = np.ones(len(found.document), np.bool_)
    if documents:
        kept[:] = False
        kept[np.random.default_rng(0).choice(len(kept), documents, replace=False)] = True
        seen = _some(ledger, named, kept)
    else:
        seen = meaning(ledger, found, named)
    spent = time.process_time() - begun
    bare = without(found, [query.row for query in queries])
    searched = kept.copy()
    searched[[query.row for query in queries]] = False
    space = latent(lexical, searched)
    fields = np.flatnonzero((found.scheme == "arxiv") & (found.level == "category"))
    ranks: dict[str, list[tuple[int, int]]] = {}
    clock = 0.0
    for query in queries:
        said = words(query.text)
        bm25 = np.where(searched, lexical.scores(said), 0.0)
        begun = time.process_time()
        near = np.where(searched, seen.near(query.text), 0.0)
        clock += time.process_time() - begun
        lsa = _latent(lexical, space, said)
        linked = link(ledger, bare, query.text)
        scores = _texts(bm25, near, lsa)
        for name in ("bm25", *(f"fused {w:.1f}" for w in WEIGHTS)):
            walked = ranked(bare, scores[name], linked, tuple(said)).fused
            scores["shipped" if name == "bm25" else name.replace("fused", "with walk")] = walked
        for name, score in scores.items():
            score = np.where(searched, score, 0.0)
            pair = (field_rank(found, score, query.own, query.other, fields),
                    field_rank(found, score, query.other, query.own, fields))  # fmt: skip
            ranks.setdefault(name, []).append(pair)
    return {
        "encoder": named.name, "documents": int(searched.sum()), "queries": len(queries),
        "index, CPU seconds": round(spent, 1), "a need, CPU seconds": round(clock / max(1, len(queries)), 4),
        **_told({name: np.array(some) for name, some in ranks.items()}),
    }  # fmt: skip


def _some(ledger: Ledger, named: Encoder, kept: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Meaning:
    """Encode only the documents that are kept."""
    texts = beginnings(ledger, matrices(ledger))
    made = np.zeros((len(texts), named.size), np.float16)
    rows = np.flatnonzero(kept)
    made[rows] = named.encode([texts[row] for row in rows])
    return Meaning(named, made)


def _latent(lexical: Index, space: Latent, said: list[str]) -> Floats:
    vector = np.zeros(space.terms.shape[1])
    for column, weight in lexical.terms(said).items():
        vector += weight * lexical.idf[column] * space.terms[column]
    return np.maximum(space.documents @ vector, 0.0)


def _texts(bm25: Floats, near: Floats, lsa: Floats) -> dict[str, Floats]:
    return {
        "bm25": bm25, "lsa": lsa, "encoder": near, "rrf bm25+encoder": rank_fusion([bm25, near]),
        **{f"fused {w:.1f}": combine(bm25, near, w) for w in WEIGHTS},
    }  # fmt: skip


def _told(pairs: "dict[str, np.ndarray[tuple[int, int], np.dtype[np.int64]]]") -> dict[str, object]:
    """Choose weights on the even needs by MRR outside the field, tell the odd ones."""
    tuning = {name: summary(some[::2, 1])["mrr"][0] for name, some in pairs.items()}
    chosen = [max((name for name in sorted(tuning) if name.startswith(kind)), key=lambda name: tuning[name])
              for kind in ("fused", "with walk")]  # fmt: skip
    told = {}
    for name in ("bm25", "lsa", "shipped", "encoder", "rrf bm25+encoder", *chosen):
        inside, outside = (summary(pairs[name][1::2, side]) for side in (0, 1))
        told[name] = {
            "in": inside, "out": outside,
            "out mrr minus bm25": paired(pairs[name][1::2, 1], pairs["bm25"][1::2, 1]),
            "out mrr minus shipped": paired(pairs[name][1::2, 1], pairs["shipped"][1::2, 1]),
            "in mrr minus shipped": paired(pairs[name][1::2, 0], pairs["shipped"][1::2, 0]),
        }  # fmt: skip
    return {"tuning": tuning, "chosen": chosen, "test": told}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("encoder")
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument(
        "--documents", type=int, default=0, help="search only so many, drawn by seed; 0 for all"
    )
    given = parser.parse_args()
    told = measure(Ledger.open(given.graph), given.queries, encoder(given.encoder), given.documents)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
