"""Types of English mentions read one by one: how often the type stored is one that fits the place.

It promises that every label was fixed from the text before any answer was seen, and stands beside the type that
was stored before types were learned. It refuses to read precision of a sample as the share of all mentions:
the rounds drew what the learned types changed, the first some of what they left.
"""

import csv
from collections import defaultdict
from pathlib import Path

from benchmarks.understanding.claims import SOURCES
from benchmarks.understanding.metrics import counts, score
from benchmarks.understanding.table import Line, Options, Outcome
from silobridge.ingest.readers import load
from silobridge.ingest.source import Source
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document

LABELS = Path(__file__).with_name("types_en.tsv")
UNTYPED = frozenset({"none", "absent", ""})
PLACES = (*SOURCES, ("uspto", "patents/uspto_application"))
Row = dict[str, str]


def run(options: Options) -> Outcome:
    """Evaluate precision of the stored types by round and layer."""
    with LABELS.open(encoding="utf-8") as lines:
        rows: list[Row] = list(csv.DictReader(lines, delimiter="\t"))
    stored = _stored(options.data, {row["document"] for row in rows})
    here = {document for document, _, _ in stored}
    there = [row for row in rows if row["document"] in here]
    shown = []
    for name in sorted({(f"round {row['round']}", row["layer"]) for row in there}):
        some = [row for row in there if (f"round {row['round']}", row["layer"]) == name]
        before = [(row, row["before"]) for row in some]
        now = [(row, stored.get((row["document"], int(row["start"]), int(row["stop"])), "")) for row in some]
        shown += [
            line
            for system, said in (("word list alone", before), ("shipped", now))
            for line in _line(", ".join(name), system, said)
        ]
    notes = (
        f"{len(there)} of {len(rows)} mentions stand in documents that are here; read by a language model on 2026-11-22,"
        " who did not see the types stored; rounds 1 and 2 chose what is learned for patents of every field, 3 came after,"
        " but the share of software words above which nothing is was chosen on all three",
        "P is the share of typed mentions whose type fits; `gold` counts them; R says nothing here",
    )
    return Outcome("Types of English mentions read one by one", "labels CC0", tuple(shown), notes)


def _stored(folder: Path, wanted: set[str]) -> dict[tuple[str, int, int], str]:
    """Give the type of every mention the shipped pipeline stores of some documents, by place."""
    found: dict[tuple[str, int, int], str] = {}
    for reader, name in PLACES:
        place = folder / name
        for path in sorted(place.glob("*xml")) if place.is_dir() else [place] * place.exists():
            records = load(reader).read(Source(path))
            some = [record for record in records if isinstance(record, Document) and record.id in wanted]
            for mention in understand(some)["mention"].to_pylist():
                key = (some[mention["doc"]].id, mention["start"], mention["stop"])
                found[key] = mention["type"] or found.get(key, "")
    return found


def _line(part: str, system: str, said: list[tuple[Row, str]]) -> list[Line]:
    by: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for number, (row, answer) in enumerate(said):
        if answer not in UNTYPED:
            by[row["document"]].append((number, answer in row["types"].split("/")))
    if not by:
        return []
    names = sorted(by)
    right = counts(
        [[(n,) for n, fits in by[name] if fits] for name in names],
        [[(n,) for n, _ in by[name]] for name in names],
    )
    right[:, 2] = right[:, 1]
    return [Line(part, system, score(right))]
