"""Make a graph of a few thousand real documents: a slice of each source, over all layers and two languages.

    python -m benchmarks.servers.slice --data ../shared/data --graph slice.kg --work FOLDER [--share 0.04]

It promises the same slice for the same data and share: every n-th record of each listed source, so that years
and fields are spread. It refuses to invent: a source that is not there is named and left out.
"""

import argparse
import csv
import gzip
import json
import shutil
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from silobridge.facade import Graph

Row = TypeVar("Row")

SOURCES: tuple[tuple[str, int], ...] = (
    ("papers/arxiv_metadata", 30_000),
    ("papers/chinese_csl", 10_000),
    ("papers/openalex", 100_000),
    ("papers/arxiv", 100_000),
    ("papers/crossref", 100_000),
    ("papers/jats", 100_000),
    ("patents/us_abstracts", 5_000),
    ("patents/lens", 10_000),
    ("patents/uspto_grant", 100_000),
    ("patents/uspto_application", 100_000),
    ("industry/sec_10k", 100_000),
)
"""Each source under the data folder, and how many records of each file a share of 1 takes at most."""

FIELDS = {"工学": "ford:2", "医学": "ford:3", "农学": "ford:4", "理学": "ford:1", "经济学": "ford:5.2"}
"""The Chinese disciplines that are one OECD field; the others are left without a code."""


NOT_WORKS = ("author_", "institution_", "concepts_")
"""How files begin that lie beside documents and hold none."""


def every(rows: list[Row], wanted: int) -> Iterator[Row]:
    """Yield so many rows, evenly spread."""
    step = max(1, len(rows) // max(1, wanted))
    yield from islice(rows[::step], wanted)


def lines_of(path: Path) -> list[str]:
    """Read a text file's lines, compressed or not."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines()


def chinese(path: Path, folder: Path, wanted: int) -> None:
    """Write abstracts with a category as one text each, the category in the front matter where it is a field."""
    for number, row in enumerate(every(lines_of(path), wanted)):
        _, text, label = row.split("\t")[:3]
        field = f"classifications: {FIELDS[label]}\n" if label in FIELDS else ""
        title = text.partition("。")[0].partition(";")[0][:40]
        body = f"---\ntitle: {title}\nkind: paper\nlanguage: zh\n{field}---\n\n{text}\n"
        (folder / f"{path.stem}-{number:05}.md").write_text(body, "utf-8")


def take(path: Path, folder: Path, wanted: int) -> None:
    """Copy a file, or so many of its records where it is a file of lines."""
    name = path.name.removesuffix(".gz")
    if name.endswith(".tsv"):
        if name == "cls_ctg.dev.tsv":
            chinese(path, folder, wanted)
    elif name.endswith(".csv"):
        head, *rows = csv.reader("\n".join(lines_of(path)).splitlines(keepends=True))
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows((head, *every(rows, wanted)))
    elif name.endswith(".jsonl"):
        (folder / name).write_text("\n".join((*every(lines_of(path), wanted), "")), "utf-8")
    else:
        shutil.copyfile(path, folder / path.name)


def cut(data: Path, out: Path, share: float) -> list[Path]:
    """Write the slice and return its folders."""
    folders = []
    for source, most in SOURCES:
        if not (data / source).is_dir():
            print(f"left out {source}: not in {data}")
            continue
        folder = out / source.replace("/", "-")
        folder.mkdir(parents=True)
        for path in sorted((data / source).iterdir()):
            if not path.name.startswith(NOT_WORKS):
                take(path, folder, round(most * share))
        folders.append(folder)
    return folders


def main() -> None:
    """Cut the slice and ingest it."""
    parser = argparse.ArgumentParser(description="a graph from a slice of real data")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.04)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    shutil.rmtree(chosen.work, ignore_errors=True)
    folders = cut(chosen.data, chosen.work, chosen.share)
    started = time.perf_counter()
    tally = Graph(chosen.graph).ingest(*folders, workers=chosen.workers, update_views=True)
    seconds = round(time.perf_counter() - started)
    print(json.dumps({"documents": tally.added, "rejects": tally.rejects, "seconds": seconds}))


if __name__ == "__main__":
    main()
