"""The first run on real documents: everything in the data folder into one graph, measured per stage.

    python benchmarks/first_run/run.py --graph first.kg [--data ../shared/data] [--workers 2]

It promises the numbers of one undisturbed run: records/s, MB/s, peak memory and bytes on disk per
stage, in results.json and results.md beside this file; reports go to first.reports. It refuses
to judge; judge.py does that.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
INPUT = {
    "arXiv metadata": ["papers/arxiv_metadata"],
    "OpenAlex works": ["papers/openalex/works_biodiversity_finance_60.jsonl",
                       "papers/openalex/works_2023-05-16_part_000.jsonl", "papers/openalex/W2741809807.json"],
    "JATS full texts": ["papers/jats"],
    "PDF papers": ["papers/pdf"],
    "US patent abstracts": ["patents/us_abstracts"],
    "USPTO grants and applications": ["patents/uspto_grant", "patents/uspto_application"],
    "drone patents (titles)": ["patents/lens/lens_drones_compact_9071.csv.gz"],
    "10-K items": ["industry/sec_10k"],
}  # fmt: skip


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(f.stat().st_size for f in ([path] if path.is_file() else path.rglob("*")) if f.is_file())


def peak() -> tuple[float, float]:
    """Return the peak resident memory of this process and of its largest child, in MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return own, child


def ingest(graph: Any, data: Path, workers: int) -> list[dict[str, Any]]:
    """Read each kind of input in turn and measure it."""
    rows = []
    for kind, names in INPUT.items():
        paths = [data / name for name in names if (data / name).exists()]
        if not paths:
            print(f"skipped {kind}: not in {data}")
            continue
        begun = time.perf_counter()
        tally = graph.ingest(*paths, workers=workers, update_views=False)
        seconds = time.perf_counter() - begun
        documents = tally.added + tally.replaced
        rows.append({
            "stage": f"ingest: {kind}", "documents": documents, "rejects": tally.rejects, "mentions": tally.mentions,
            "evidence": tally.evidence, "seconds": round(seconds, 1), "documents_per_s": round(documents / seconds, 1),
            "MB_per_s": round(sum(map(size, paths)) / 1e6 / seconds, 3),
            "split": {stage: round(spent, 1) for stage, spent in tally.seconds.items()},
        })  # fmt: skip
        print(json.dumps(rows[-1]), flush=True)
    return rows


def timed(stage: str, work: Any) -> dict[str, Any]:
    """Run one stage and measure it."""
    begun = time.perf_counter()
    work()
    row = {"stage": stage, "seconds": round(time.perf_counter() - begun, 2)}
    print(json.dumps(row), flush=True)
    return row


def one_document(graph: Any, folder: Path, when: str) -> list[dict[str, Any]]:
    """Add one document to the finished graph, see it in both views from a second reader, forget it again."""
    note = folder / "one.md"
    note.write_text(
        "# Quadcopter swarm with zinc air cells\n\nZinc air cells may improve the endurance of drones.\n"
    )
    rows = [
        timed(
            f"add one document, both views ({when})",
            lambda: graph.ingest(note, domains=("nace:C30",), workers=1),
        )
    ]
    ids = [r[0] for r in graph.sparql(
        "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?d { ?d dcterms:title 'Quadcopter swarm with zinc air cells' }"
    ).rows]  # fmt: skip
    assert len(ids) == 1, ids
    rows.append(timed(f"forget one document, both views ({when})", lambda: graph.forget(ids[0])))
    assert not graph.forget(ids[0])
    return rows


def ask(graph: Any, folder: Path) -> list[dict[str, Any]]:
    """Ask for bridges and silos, cold and warm, and write the reports."""
    ends = ("oa-field:17", "nace:C30")
    rows = [timed("matrices and strongest bridges, cold", lambda: list(graph.bridges(top=30)))]
    rows.append(timed("strongest bridges over all layers, warm", lambda: list(graph.bridges(top=30))))
    rows.append(timed("bridges of one pair of domains, warm", lambda: list(graph.bridges(*ends, top=20))))
    rows.append(
        timed("bridge report with sentences", lambda: graph.bridges(top=30).report(folder / "bridges.html"))
    )
    rows.append(timed("silos", lambda: graph.silos(top=20).report(folder / "silos.html")))
    return rows


def markdown(result: dict[str, Any]) -> str:
    """Lay the results out as a page."""
    lines = ["# First run on real documents", "", f"`{result['command']}`", "", result["machine"], ""]
    lines += ["| stage | documents | rejects | s | documents/s | MB/s |", "|---|---|---|---|---|---|"]
    for row in result["stages"]:
        cells = [
            row.get(k, "")
            for k in ("stage", "documents", "rejects", "seconds", "documents_per_s", "MB_per_s")
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    lines += ["", "| what | value |", "|---|---|"]
    lines += [
        f"| {name} | {value} |"
        for name, value in {**result["memory"], **result["disk"], **result["graph"]}.items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run everything and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("KG_REAL_DATA", "../shared/data")))
    parser.add_argument("--graph", type=Path, default=Path("first.kg"))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--fresh", action="store_true", help="throw the graph away first")
    parser.add_argument("--ask-only", action="store_true", help="the graph is there: only ask and measure")
    arguments = parser.parse_args()
    if arguments.fresh and arguments.graph.exists():
        shutil.rmtree(arguments.graph)
    from silobridge.facade import Graph

    graph = Graph(arguments.graph)
    stages: list[dict[str, Any]] = []
    if not arguments.ask_only:
        stages += ingest(graph, arguments.data, arguments.workers)
        for name in ("rdf", "graph"):
            stages.append(timed(f"build view: {name}", lambda name=name: graph.views.rebuild(name)))
    reports = arguments.graph.with_suffix(".reports")
    reports.mkdir(exist_ok=True)
    with graph:
        for when in ("first change after opening", "session open"):
            stages += one_document(graph, reports, when)
    stages += ask(graph, reports)
    own, child = peak()
    result = {
        "command": f"python benchmarks/first_run/run.py --workers {arguments.workers}",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {sys.platform}",
        "stages": stages,
        "memory": {"peak RSS, main process, MB": round(own), "peak RSS, largest worker, MB": round(child)},
        "disk": {f"bytes, {name}": f"{size(path):,}" for name, path in (
            ("ledger", graph.ledger.file), ("RDF view", arguments.graph / "views" / "rdf"),
            ("whole graph", arguments.graph)) if path.exists()},
        "graph": {name: f"{value:,}" for name, value in graph.stats().items()},
    }  # fmt: skip
    (arguments.out / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    (arguments.out / "results.md").write_text(markdown(result), "utf-8")


if __name__ == "__main__":
    main()
