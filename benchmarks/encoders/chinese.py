"""Does a need in Chinese find the fields of English documents? `python -m benchmarks.encoders.chinese GRAPH ENCODER`.

It promises BM25, the encoder and both on the same few needs, with their number and intervals. It refuses to
let a need find the document it was written after.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.need.run import field_rank, summary
from benchmarks.need.tasks import crosslisted
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.models.vectors import encoder
from silobridge.queries.matrices import matrices
from silobridge.queries.need.index import index
from silobridge.queries.need.meaning import meaning
from silobridge.queries.need.ranking import combine
from silobridge.queries.need.words import words

HERE = Path(__file__).parent


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("encoder")
    given = parser.parse_args()
    ledger = Ledger.open(given.graph)
    found = matrices(ledger)
    lexical, seen = index(ledger, found), meaning(ledger, found, encoder(given.encoder))
    lines = (HERE / "chinese_needs.tsv").read_text("utf-8").splitlines()[1:]
    needs = dict(line.split("\t") for line in lines)
    fields = np.flatnonzero((found.scheme == "arxiv") & (found.level == "category"))
    ranks: dict[str, list[tuple[int, int]]] = {}
    for query in crosslisted(ledger, found, 600):
        chinese = needs.get(found.document[query.row])
        for language, text in (("Chinese", chinese), ("English", query.text)):
            if not chinese or not text:
                continue
            bm25, near = lexical.scores(words(text)), seen.near(text)
            bm25[query.row] = near[query.row] = 0.0
            scores = {"bm25": bm25, "encoder": near, "both": combine(bm25, near, seen.encoder.words)}
            for name, score in scores.items():
                pair = (field_rank(found, score, query.own, query.other, fields),
                        field_rank(found, score, query.other, query.own, fields))  # fmt: skip
                ranks.setdefault(f"{language}: {name}", []).append(pair)
    told = {
        name: {
            "needs": len(some),
            **{side: summary(np.array(some)[:, at]) for at, side in enumerate(("in", "out"))},
        }
        for name, some in ranks.items()
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
