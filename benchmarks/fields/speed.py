"""Measure what predicting costs: abstracts a CPU second, beside understanding the same abstracts.

``python benchmarks/fields/speed.py [--data FOLDER]``. It promises one thread and CPU time, which other
work on the machine disturbs least. It refuses to count reading models, which happens once in a process.
"""

import argparse
import json
import os
import time
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Time predicting and, on a part, understanding."""
    from silobridge.ingest.classify.predict import memberships, predict
    from silobridge.ingest.understand import understand
    from silobridge.kg.model import Document, Kind, Section

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data"
    )
    path = Path(parser.parse_args().data) / "patents/us_abstracts/us_patent_abstracts_805.jsonl"
    with open(path, encoding="utf-8") as lines:
        texts = [json.loads(line)["abstract"] for line in islice(lines, 500)]
    memberships(predict("paper", "en", texts[0]))
    started = time.process_time()
    found = [predict("paper", "en", text) for text in texts]
    alone = (time.process_time() - started) / len(texts)
    for one in found:
        memberships(one)
    whole = (time.process_time() - started) / len(texts)
    documents = [
        Document(f"doc:{at}", Kind.PAPER, "", (Section("abstract", text),))
        for at, text in enumerate(texts[:40])
    ]
    understand(documents[:2])
    started = time.process_time()
    understand(documents)
    reading = (time.process_time() - started) / len(documents)
    print(f"predict: {1 / alone:,.0f} abstracts a CPU second; with memberships {1 / whole:,.0f}")
    print(f"understanding: {1 / reading:,.0f} abstracts a CPU second; predicting adds {whole / reading:.1%}")


if __name__ == "__main__":
    main()
