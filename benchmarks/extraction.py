"""Measure English extraction: its cost beside spaCy alone, stage by stage, and the precision of its claims.

It promises paired runs on the same texts, one process, CPU seconds; ratios, because machines are noisy.
Precision is over `extraction_labels.tsv`: claims read by hand, kept as identifiers and offsets only.

    python benchmarks/extraction.py [--documents 300] [--rounds 5] [--labels]
"""

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from silobridge.ingest.extractors import english, parse_en, units_en
from silobridge.ingest.extractors.abbreviations import pairs
from silobridge.ingest.extractors.claims_en import claims
from silobridge.ingest.extractors.terms_en import terms
from silobridge.ingest.readers import load
from silobridge.ingest.source import Source
from silobridge.ingest.text.sentences import sentences
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, stored_text

REAL = Path(os.environ.get("KG_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
LABELS = Path(__file__).with_name("extraction_labels.tsv")
ARXIV = ("arxiv_metadata", "papers", "arxiv_metadata", "arxiv_metadata_43k.jsonl.gz")
PATENTS = ("us_abstracts", "patents", "us_abstracts", "us_patent_abstracts_805.jsonl")
FILINGS = ("sec_10k", "industry", "sec_10k", "item1_business_sic.jsonl")


def documents(source: tuple[str, ...], step: int = 1, most: int | None = None) -> Iterator[Document]:
    """Yield every `step`-th document of a real file."""
    reader, *path = source
    found = (
        record for record in load(reader).read(Source(REAL.joinpath(*path))) if isinstance(record, Document)
    )
    return islice(islice(found, 0, None, step), most)


def seconds(work: Callable[[], Any]) -> float:
    """Give the CPU seconds some work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def cost(some: list[Document], rounds: int) -> None:
    """Print ours / spaCy over paired rounds."""
    texts = [stored_text(document)[0] for document in some]
    model = parse_en._model(False)
    list(model.pipe(texts[:20]))
    understand(some[:20])
    ratios, rates = [], []
    for _ in range(rounds):
        alone = seconds(lambda: list(model.pipe(texts, batch_size=parse_en.BATCH)))
        ours = seconds(lambda: understand(some))
        ratios.append(ours / alone)
        rates.append(len(some) / ours)
    print(
        f"{len(some)} abstracts, {rounds} paired rounds, 1 process, components {'+'.join(model.pipe_names)}"
    )
    print(
        f"  understand / spaCy alone   {statistics.median(ratios):.3f}  ({min(ratios):.3f} to {max(ratios):.3f})"
    )
    print(f"  abstracts per CPU second   {statistics.median(rates):.1f}")


def stages(some: list[Document]) -> None:
    """Print the CPU milliseconds per document of each of our own stages."""
    laid = [stored_text(document) for document in some]
    cut = [sentences(text, spans) for text, spans in laid]
    whole = [
        list(parse_en.parse_all(parse_en.pieces(t, s, False))) for (t, _), s in zip(laid, cut, strict=True)
    ]
    joined = [[units_en.joined(parse) for parse in parses] for parses in whole]
    found = [[list(terms(p, t)) for p in ps] for ps, (t, _) in zip(joined, laid, strict=True)]
    work = {
        "sentences": lambda: [sentences(text, spans) for text, spans in laid],
        "shadow": lambda: [parse_en.shadow(text) for text, _ in laid],
        "abbreviations": lambda: [
            list(pairs(t, s.start, s.stop)) for (t, _), ss in zip(laid, cut, strict=True) for s in ss
        ],
        "units": lambda: [units_en.joined(parse) for parses in whole for parse in parses],
        "terms": lambda: [list(terms(p, t)) for ps, (t, _) in zip(joined, laid, strict=True) for p in ps],
        "claims": lambda: [
            list(claims(p, ts))
            for ps, tss in zip(joined, found, strict=True)
            for p, ts in zip(ps, tss, strict=True)
        ],
    }
    for name, stage in work.items():
        print(f"  {name:26} {1000 * seconds(stage) / len(some):.2f} ms")


def precision() -> None:
    """Print the share of hand-read claims that are right, by predicate, among those still extracted."""
    rows = [line.split("\t") for line in LABELS.read_text("utf-8").splitlines()[1:]]
    verdicts = {tuple(row[:6]): row[6] == "1" for row in rows}
    wanted = {row[0] for row in rows}
    some = [d for source in (ARXIV, PATENTS, FILINGS) for d in documents(source) if d.id in wanted]
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for start in range(0, len(some), 50):
        for row in understand(some[start : start + 50])["evidence"].to_pylist():
            key = (
                some[start + row["doc"]].id, str(row["subject_start"]), str(row["subject_stop"]), row["predicate"],
                str(row["object_start"]), str(row["object_stop"]),
            )  # fmt: skip
            if key in verdicts:
                seen[row["predicate"]] += 1
                right[row["predicate"]] += verdicts[key]
    print(f"{len(rows)} claims read by hand; {sum(seen.values())} of them extracted by {english.VERSION}")
    for predicate in sorted(seen):
        print(
            f"  {predicate:16} {right[predicate]:3} / {seen[predicate]:3}  {right[predicate] / seen[predicate]:.2f}"
        )
    print(
        f"  {'all':16} {sum(right.values()):3} / {sum(seen.values()):3}  {sum(right.values()) / sum(seen.values()):.2f}"
    )


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--labels", action="store_true", help="precision on the hand-read claims instead")
    options = parser.parse_args()
    if options.labels:
        precision()
        return
    some = list(documents(ARXIV, 43195 // options.documents, options.documents))
    cost(some, options.rounds)
    stages(some)


if __name__ == "__main__":
    main()
