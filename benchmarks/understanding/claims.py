"""Claims read one by one: precision of the shipped extractor by predicate and layer, on labels kept as offsets only.

It promises that a label counts for the shipped extractor only while it still makes the very claim it judged,
and that samples drawn afresh stand on lines of their own, as they were read, before and after a change, and that
how claims are said is scored beside them (`ways`). It refuses to guess at recall where nobody read for misses.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.understanding import ways
from benchmarks.understanding.metrics import Score, counts, score
from benchmarks.understanding.table import Line, Options, Outcome
from silobridge.ingest.readers import load
from silobridge.ingest.source import Source
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section

LABELS = Path(__file__).resolve().parents[1] / "extraction_labels.tsv"
READ = Path(__file__).resolve().parents[1] / "claims_read.tsv"
"""Samples drawn afresh at one version: round, layer, document, places, verdict, who read it and when."""
LAST = ("after", "second")
"""Rounds whose claims the shipped extractor is asked for again: the last of each session."""
CHINESE = ("kg.dev", "cls_ctg.train")
SOURCES = (
    ("arxiv_metadata", "papers/arxiv_metadata/arxiv_metadata_43k.jsonl.gz"),
    ("us_abstracts", "patents/us_abstracts/us_patent_abstracts_805.jsonl"),
    ("sec_10k", "industry/sec_10k/item1_business_sic.jsonl"),
    ("uspto", "patents/uspto_grant"),
    ("jats", "papers/jats"),
)


def run(options: Options) -> Outcome:
    """Evaluate precision by predicate over the labelled claims still made."""
    with LABELS.open(encoding="utf-8") as lines:
        labels = list(csv.DictReader(lines, delimiter="\t"))
    documents = _documents(options.data, {row["document"] for row in labels})
    made = {_key(documents[row["doc"]].id, row) for row in understand(documents)["evidence"].to_pylist()}
    judged: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    gone = 0
    for row in labels:
        if _key(row["document"], row) in made:
            judged[row["predicate"]].append((row["document"], row["right"] == "1"))
            judged["all"].append((row["document"], row["right"] == "1"))
        else:
            gone += 1
    shown = [
        Line(predicate, "shipped claims", _precision(some)) for predicate, some in sorted(judged.items())
    ]
    afresh, told = _afresh(options.data)
    shown += afresh
    said = ways.wanted()
    manners, how = ways.lines(said, _documents(options.data, ways.names(said)))
    shown += manners
    notes = (f"{len(labels)} labels in {len(documents)} documents; {gone} judge claims no longer made",
             *told, how,
             "for claims read one by one P is precision; R says nothing there, and F1's place holds precision")  # fmt: skip
    return Outcome("Claims read one by one", "labels CC0", tuple(shown), notes)


def _afresh(folder: Path) -> tuple[list[Line], tuple[str, ...]]:
    """Give the samples drawn afresh: as read, and for the last round what the shipped extractor still makes."""
    with READ.open(encoding="utf-8") as lines:
        labels = list(csv.DictReader(lines, delimiter="\t"))
    documents = _documents(folder, {row["document"] for row in labels}) + _chinese(folder, labels)
    made = set()
    for first in range(0, len(documents), 50):
        some = documents[first : first + 50]
        made |= {_key(some[row["doc"]].id, row) for row in understand(some)["evidence"].to_pylist()}
    judged: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    kept = 0
    for row in labels:
        verdict = (row["document"], row["right"] == "1")
        for layer in sorted({row["layer"], "zh" if row["layer"] == "zh" else "all English"}):
            judged[f"read {row['round']}, {layer}", "as read"].append(verdict)
            if row["round"] in LAST and _key(row["document"], row) in made:
                judged[f"read {row['round']}, {layer}", "shipped claims"].append(verdict)
        kept += row["round"] in LAST and _key(row["document"], row) in made
    shown = [Line(part, system, _precision(some)) for (part, system), some in sorted(judged.items())]
    last = sum(row["round"] in LAST for row in labels)
    readers = ", ".join(sorted({f"{row['reader']} on {row['read']}" for row in labels}))
    notes = (
        f"{len(labels)} more labels of samples drawn afresh ({readers}), before, between and after the change"
    )
    return shown, (f"{notes}; {last - kept} of the last rounds' {last} judge claims no longer made",)


def _chinese(folder: Path, labels: list[dict[str, str]]) -> list[Document]:
    """Build the labelled Chinese abstracts and titles, named by file and line."""
    wanted = {row["document"] for row in labels if row["layer"] == "zh"}
    found = []
    for name in CHINESE:
        path = folder / "papers" / "chinese_csl" / f"{name}.tsv"
        for number, line in enumerate(path.read_text("utf-8").splitlines() if path.exists() else ()):
            if f"{name}:{number}" in wanted:
                part = (Section("abstract", line.split("\t")[1]),)
                found.append(Document(f"{name}:{number}", Kind.PAPER, "", part, language="zh"))
    return found


def _key(document: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    places = ("subject_start", "subject_stop", "predicate", "object_start", "object_stop")
    return (document, *(str(row[place]) for place in places))


def _precision(some: list[tuple[str, bool]]) -> Score:
    names = sorted({name for name, _ in some})
    gold = [[n for n, (d, right) in enumerate(some) if d == name and right] for name in names]
    found = [[n for n, (d, _) in enumerate(some) if d == name] for name in names]
    rows = counts([[(n,) for n in part] for part in gold], [[(n,) for n in part] for part in found])
    rows[:, 2] = rows[:, 1]
    return score(rows)


def _documents(folder: Path, wanted: set[str]) -> list[Document]:
    """Read the labelled documents that are there."""
    found = []
    for reader, name in SOURCES:
        place = folder / name
        for path in sorted(place.glob("*xml")) if place.is_dir() else [place] * place.exists():
            records = load(reader).read(Source(path))
            found += [record for record in records if isinstance(record, Document) and record.id in wanted]
    return sorted(found, key=lambda document: document.id)
