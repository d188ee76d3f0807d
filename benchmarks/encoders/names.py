"""Are names that an encoder finds near one concept? `python -m benchmarks.encoders.names ENCODER [--chinese FOLDER]`.

It promises precision by band of the cosine, the bar chosen on one half of the pairs by a hash and told on the
other; and, for an encoder of Chinese, precision at one and coverage beside the shipped steps, on pairs made
before it was looked at. It refuses to count a right answer that the gold does not list, except in a figure of its own.
"""

import argparse
import json
import time
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.understanding.bilingual import _read, _rows, _systems, _texts
from silobridge.ingest.nearness import _CHINESE, DOCUMENTS, _centred
from silobridge.kg.forms import normal_form
from silobridge.kg.models.vectors import Encoder, encoder

BARS = (0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 1.01)
ACROSS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
WORTH = 0.5
"""A proposal is worth a look where at least so many are right."""
SHIPPED = "linker: in-text, dictionary, composed"


def near(named: Encoder) -> dict[str, object]:
    """Tell the precision of pairs of English names by band."""
    rows = _rows("near_pairs.tsv")
    first, second = (named.encode([row[side] for row in rows]) for side in (0, 1))
    cosine = (first * second).sum(axis=1)
    right = np.array([row[2] == "1" for row in rows])
    odd = np.array([_odd("\t".join(row[:2])) for row in rows])
    bands = {
        low: [_share(right[side & (cosine >= low) & (cosine < high)]) for side in (~odd, odd)]
        for low, high in pairwise(BARS)
    }
    bar = 1.0
    for low in sorted(bands, reverse=True):
        if bands[low][0][0] < WORTH:
            break
        bar = low
    return {
        "pairs": len(rows), "one concept": round(float(right.mean()), 3),
        "bands: [precision, pairs] of the half that chooses, the half that tells": bands,
        "bar": bar, "told: precision and pairs from the bar on": _share(right[odd & (cosine >= bar)]),
        "told: precision and pairs below the bar": _share(right[odd & (cosine >= BARS[0]) & (cosine < bar)]),
    }  # fmt: skip


def across(named: Encoder, folder: Path) -> dict[str, object]:
    """Tell precision at one and coverage of Chinese names for English terms."""
    texts = [text for lines in _texts(folder).values() for text in lines]
    mentioned, defined = _read(texts)
    used = Counter(form for forms in mentioned for form in forms)
    gold = {row[0]: set(row[1].split("|")) for row in _rows("bilingual_pairs.tsv")}
    more = {row[0]: gold[row[0]] | {row[1]} for row in _rows("bilingual_more.tsv")}
    shipped = _systems(mentioned, defined)[SHIPPED]
    default = {term: shipped(normal_form(term)) for term in gold}
    pool = sorted(
        form for form, n in used.items() if n >= DOCUMENTS and len(form) > 1 and _CHINESE.search(form)
    )
    begun = time.process_time()
    theirs = _centred(named.encode(pool))
    spent = time.process_time() - begun
    cosines = _centred(named.encode([normal_form(term) for term in gold])) @ theirs.T
    best = {
        term: (pool[int(row.argmax())], float(row.max())) for term, row in zip(gold, cosines, strict=True)
    }
    dev, test = ([term for term in gold if _odd(term) is side] for side in (False, True))
    added = {bar: _added(gold, default, best, dev, bar) for bar in ACROSS}
    bar = next((bar for bar, (precision, _) in added.items() if precision >= WORTH), ACROSS[-1])
    alone = {term: name if score >= bar else "" for term, (name, score) in best.items()}
    told = {
        "default": default, "encoder, any cosine": {term: name for term, (name, _) in best.items()},
        "encoder from the bar": alone, "default, then encoder": {term: default[term] or alone[term] for term in gold},
    }  # fmt: skip
    return {
        "abstracts and titles": len(texts), "Chinese names in two texts": len(pool), "CPU seconds": round(spent, 1),
        "terms": len(gold), "terms with a right name among them": sum(bool(names & set(pool)) for names in gold.values()),
        "choosing half, precision of what the encoder adds": added, "bar": bar,
        "told, precision and answers of what it adds": _added(gold, default, best, test, bar),
        "the same with names read afterwards": _added(gold | more, default, best, test, bar),
        "told": {name: _figures(gold, said, test) for name, said in told.items()},
        "told with names read afterwards": {name: _figures(gold | more, said, test) for name, said in told.items()},
        "all terms": {name: _figures(gold, said, list(gold)) for name, said in told.items()},
    }  # fmt: skip


def _odd(text: str) -> bool:
    return bool(zlib.crc32(text.encode()) % 2)


def _share(right: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> tuple[float, int]:
    return (round(float(right.mean()), 3), len(right)) if len(right) else (0.0, 0)


def _added(
    gold: Mapping[str, set[str]], default: Mapping[str, str], best: Mapping[str, tuple[str, float]],
    terms: Sequence[str], bar: float,
) -> tuple[float, int]:  # fmt: skip
    fresh = [term for term in terms if not default[term] and best[term][1] >= bar]
    return _share(np.array([best[term][0] in gold[term] for term in fresh], np.bool_))


def _figures(gold: Mapping[str, set[str]], said: Mapping[str, str], terms: Sequence[str]) -> dict[str, float]:
    right = sum(said[term] in gold[term] for term in terms)
    answered = sum(bool(said[term]) for term in terms)
    return {
        "precision": round(right / max(1, answered), 3), "coverage": round(answered / len(terms), 3),
        "recall": round(right / len(terms), 3), "terms": len(terms),
    }  # fmt: skip


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder")
    parser.add_argument(
        "--chinese", type=Path, help="a folder of CSL's files: also measure names across languages"
    )
    given = parser.parse_args()
    named = encoder(given.encoder)
    told: dict[str, object] = {"encoder": named.name, "version": named.version, "near": near(named)}
    if given.chinese:
        told["across"] = across(named, given.chinese)
    print(json.dumps(told, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
