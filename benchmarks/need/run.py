"""Does the graph find the other field? `python -m benchmarks.need.run GRAPH [--queries N]`.

It promises recall and mean reciprocal rank inside and outside the asker's field, with bootstrap intervals
and the ratio of the two, the weight of the fusion chosen on queries that the figures leave out. It refuses
to print a figure without its number of queries.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.need.rankers import Floats, Latent, latent, scores
from benchmarks.need.tasks import Query, citing, crosslisted, without
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.need.fields import levelled
from silobridge.queries.need.index import Index, index
from silobridge.queries.need.ranking import best

DEPTH = 500
BEST_OF = 3
RESAMPLES = 2000


def field_rank(found: Matrices, score: Floats, wanted: int, excluded: int, fields: NDArray[np.int64]) -> int:
    """Rank a field by the sum of its three best documents, none of which stands in the excluded field; 0: not found."""
    score = score.copy()
    score[found.stands_by[:, [excluded]].nonzero()[0]] = 0.0
    rows = best(score, DEPTH)
    if not len(rows):
        return 0
    there = (found.stands[rows][:, fields] > 0).toarray()
    there &= np.cumsum(there, 0) <= BEST_OF
    total = score[rows] @ there
    at = int(np.flatnonzero(fields == wanted)[0])
    if total[at] <= 0:
        return 0
    return 1 + int((total > total[at]).sum())


def first_hit(score: Floats, relevant: tuple[int, ...]) -> int:
    """Return the rank of the first relevant document, 0 where none is among the first 500."""
    rows = best(score, DEPTH).tolist()
    return min((rows.index(row) + 1 for row in relevant if row in rows), default=0)


def summary(ranks: NDArray[np.int64], seed: int = 0) -> dict[str, list[float]]:
    """Return MRR and recall at 1, 5 and 10, each with its 95 % percentile bootstrap interval."""
    reciprocal = np.where(ranks > 0, 1.0 / np.maximum(ranks, 1), 0.0)
    values = {"mrr": reciprocal, **{f"r@{k}": ((ranks > 0) & (ranks <= k)) * 1.0 for k in (1, 5, 10)}}
    drawn = np.random.default_rng(seed).integers(0, len(ranks), (RESAMPLES, len(ranks)))
    told = {}
    for name, value in values.items():
        means = value[drawn].mean(1)
        told[name] = [round(float(x), 4) for x in (value.mean(), *np.quantile(means, (0.025, 0.975)))]
    return told


def crosslisting(ledger: Ledger, found: Matrices, words: Index, most: int) -> dict[str, object]:
    """Run the cross-listing task: name the second field its author gave a record, from two sentences."""
    queries = crosslisted(ledger, found, most)
    if not queries:
        return {"queries": 0}
    rows = [query.row for query in queries]
    bare = without(found, rows)
    searched = np.ones(len(found.document), np.bool_)
    searched[rows] = False
    space = latent(words, searched)
    fields = np.flatnonzero((found.scheme == "arxiv") & (found.level == "category"))
    ranks: dict[str, list[tuple[int, int]]] = {}
    for query in queries:
        for name, score in scores(ledger, bare, words, space, (query.text, searched)).items():
            pair = (
                field_rank(found, score, query.own, query.other, fields),
                field_rank(found, score, query.other, query.own, fields),
            )
            ranks.setdefault(name, []).append(pair)
    return {"queries": len(queries), "fields": len(fields), **_halves(ranks)}


def _halves(ranks: dict[str, list[tuple[int, int]]]) -> dict[str, object]:
    """Choose the fusion's weight on the even queries by MRR outside the field, tell the odd ones."""
    pairs = {name: np.array(some) for name, some in ranks.items()}
    tuning = {
        name: summary(some[::2, 1])["mrr"][0] for name, some in pairs.items() if name.startswith("fused")
    }
    chosen = max(sorted(tuning), key=lambda name: tuning[name])
    told = {}
    for name, some in pairs.items():
        inside, outside = summary(some[1::2, 0]), summary(some[1::2, 1])
        told[name] = {
            "in": inside, "out": outside,
            "out/in": {m: round(outside[m][0] / max(inside[m][0], 1e-9), 3) for m in ("mrr", "r@5")},
            "out mrr minus bm25": paired(some[1::2, 1], pairs["bm25"][1::2, 1]),
        }  # fmt: skip
    return {"tuning": tuning, "chosen": chosen, "test": told}


def paired(ranks: NDArray[np.int64], other: NDArray[np.int64]) -> list[float]:
    """Return the mean difference of reciprocal ranks with its 95 % paired bootstrap interval."""
    one, two = (np.where(r > 0, 1.0 / np.maximum(r, 1), 0.0) for r in (ranks, other))
    gap = one - two
    drawn = np.random.default_rng(1).integers(0, len(gap), (RESAMPLES, len(gap)))
    return [round(float(x), 4) for x in (gap.mean(), *np.quantile(gap[drawn].mean(1), (0.025, 0.975)))]


def citations(ledger: Ledger, found: Matrices, words: Index) -> dict[str, object]:
    """Run the citation task: find what a document cites, from two sentences of it."""
    queries = [query for query in citing(ledger, found, levelled(found)) if query.cited_in or query.cited_out]
    if not queries:
        return {"queries": 0}
    searched = np.ones(len(found.document), np.bool_)
    space = latent(words, searched) if len(found.document) > 200 else small(words)
    ranks: dict[str, dict[str, list[int]]] = {}
    for query in queries:
        _cited(ledger, found, (words, space), query, ranks)
    return {
        "queries": len(queries),
        **{
            name: {side: {"queries": len(some), **summary(np.array(some))} for side, some in sides.items()}
            for name, sides in ranks.items()
        },
    }


def _cited(
    ledger: Ledger,
    found: Matrices,
    made: tuple[Index, Latent],
    query: Query,
    ranks: dict[str, dict[str, list[int]]],
) -> None:
    searched = np.ones(len(found.document), np.bool_)
    searched[query.row] = False
    bare = without(found, [query.row])
    for name, score in scores(ledger, bare, *made, (query.text, searched)).items():
        for side, relevant in (("in", query.cited_in), ("out", query.cited_out)):
            if relevant:
                ranks.setdefault(name, {}).setdefault(side, []).append(first_hit(score, relevant))


def small(words: Index) -> Latent:
    """Fit the latent space of a graph too small for the iterative solver."""
    from benchmarks.need.rankers import DIMENSIONS

    _, _, right = np.linalg.svd(words.weights.toarray(), full_matrices=False)
    terms = np.zeros((words.weights.shape[1], DIMENSIONS))
    terms[:, : len(right[:DIMENSIONS])] = right[:DIMENSIONS].T
    documents = np.asarray(words.weights @ terms)
    return Latent(documents / np.maximum(np.linalg.norm(documents, axis=1, keepdims=True), 1e-12), terms)


def main() -> None:
    """Run both tasks on a graph and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--queries", type=int, default=600)
    given = parser.parse_args()
    ledger = Ledger.open(given.graph)
    found = matrices(ledger)
    words = index(ledger, found)
    told = {
        "documents": len(found.document), "concepts": len(found.form),
        "crosslisting": crosslisting(ledger, found, words, given.queries),
        "citations": citations(ledger, found, words),
    }  # fmt: skip
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
