"""How claims are said, read one by one: failures, modality, causation, novelty, quantities, and what was missed.

It promises labels written from sentences whose flags were hidden (`ways_read.tsv`: places and verdicts only, by
a language model), rows of the part kept for the report apart from those read while mending, and the shipped
extractor's answer now. It refuses to call a share of a stratified sample the recall over all text: rows were
drawn by the extractor's own answers, so R is over the rows drawn.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.understanding.metrics import counts, score
from benchmarks.understanding.table import Line
from silobridge.ingest.extractors.manner_en import first_of_its_kind
from silobridge.ingest.understand import understand
from silobridge.kg.model import Document

READ = Path(__file__).resolve().parents[1] / "ways_read.tsv"
SYSTEM = "shipped"
Row = dict[str, str]
Found = dict[str, dict[str, Any]]


def wanted() -> list[Row]:
    """Give the labels."""
    with READ.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def lines(rows: Sequence[Row], documents: Sequence[Document]) -> tuple[list[Line], str]:
    """Score what the shipped extractor says now of every labelled place in the documents that are there."""
    found = _understood(documents)
    rows = [row for row in rows if row["document"] in found]
    shown: list[Line] = []
    for half in ("dev", "test"):
        parts = defaultdict(list)
        for row in rows:
            if row["half"] == half:
                parts[row["part"]].append(row)
        for part, judge in _JUDGES.items():
            scores = {name: _score(parts[part], *pair) for name, pair in judge(parts[part], found).items()}
            # Nothing gold of a kind, and nothing said to be: the half was not read for it.
            shown += [
                Line(f"{name}, {half}", SYSTEM, score)
                for name, score in scores.items()
                if score.gold or score.found
            ]
    readers = ", ".join(sorted({f"{row['reader']} on {row['read']}" for row in rows}))
    return shown, f"{len(rows)} labels of how claims are said ({readers}); R there is over the rows drawn"


Pair = tuple[Callable[[Row], bool], Callable[[Row], bool]]
"""What is gold of a row, and what the extractor says of it."""


def _score(rows: Sequence[Row], gold: Callable[[Row], bool], said: Callable[[Row], bool]) -> Any:
    groups: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[row["document"]].append((number, row))
    some = [groups[name] for name in sorted(groups)]
    return score(counts(
        [[(n,) for n, row in group if gold(row)] for group in some],
        [[(n,) for n, row in group if said(row)] for group in some],
    ))  # fmt: skip


def _understood(documents: Sequence[Document]) -> Found:
    """Keep each document's evidence by its places, its quantities, and its text."""
    found: Found = {}
    for first in range(0, len(documents), 50):
        some = documents[first : first + 50]
        batch = understand(some)
        for document, text in zip(some, batch["document"]["text"].to_pylist(), strict=True):
            found[document.id] = {"text": text, "evidence": {}, "quantity": []}
        for row in batch["evidence"].to_pylist():
            found[some[row["doc"]].id]["evidence"][_place(row)] = row
        for row in batch["quantity"].to_pylist():
            found[some[row["doc"]].id]["quantity"].append(row)
    return found


def _place(row: Any) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in
                 ("subject_start", "subject_stop", "predicate", "object_start", "object_stop"))  # fmt: skip


def _claim(row: Row, found: Found) -> dict[str, Any]:
    """Give the claim a row is about as it is made now, or nothing."""
    place = (row["start"], row["stop"], row["predicate"], row["object_start"], row["object_stop"])
    made: dict[str, Any] = found[row["document"]]["evidence"].get(place, {})
    return made


def _failures(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    """Whether what was tried fell short and at what; and whether the words named as the reason are one."""

    def reasoned(row: Row) -> bool:
        claim = _claim(row, found)
        return bool(claim.get("failure")) and claim["reason_start"] < claim["reason_stop"]

    return {
        "failure case": (
            lambda row: row["gold"].startswith("11"), lambda row: bool(_claim(row, found).get("failure"))),
        "failure's reason": (lambda row: row["gold"].endswith("r"), reasoned),
    } if rows else {}  # fmt: skip


def _modality(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    """Whether a claim is denied, hedged, done or planned."""
    rows_of: dict[str, Pair] = {}
    for letter, name, said in (
        ("n", "negated", lambda claim: claim.get("polarity") == "negated"),
        ("h", "hedged", lambda claim: bool(claim.get("hedged"))),
        ("d", "done", lambda claim: claim.get("modality") == "done"),
        ("p", "planned", lambda claim: claim.get("modality") == "planned"),
        ("s", "plainly stated", lambda claim: claim.get("modality") == "stated" and not claim["hedged"]
         and claim["polarity"] == "affirmed"),
    ):  # fmt: skip
        rows_of[name] = (_lettered(letter), _said(said, found))
    return rows_of if rows else {}


def _lettered(letter: str) -> Callable[[Row], bool]:
    return lambda row: letter in row["gold"]


def _said(said: Callable[[dict[str, Any]], bool], found: Found) -> Callable[[Row], bool]:
    return lambda row: bool(claim := _claim(row, found)) and said(claim)


def _causation(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    return {
        "cause": (_lettered("c"), lambda row: _claim(row, found).get("predicate") == "causes"),
        "correlation": (_lettered("a"), lambda row: _claim(row, found).get("predicate") == "correlates-with"),
    } if rows else {}  # fmt: skip


def _novelty(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    def first(row: Row) -> bool:
        return first_of_its_kind(found[row["document"]]["text"][int(row["start"]) : int(row["stop"])])

    return {"novelty": (_right, first)} if rows else {}


def _right(row: Row) -> bool:
    return row["gold"] == "1"


def _quantities(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    """Whether number and unit are read right, and whether the property is the one named in the sentence."""

    def read(row: Row) -> list[dict[str, Any]]:
        start, stop = int(row["start"]), int(row["stop"])
        return [q for q in found[row["document"]]["quantity"] if q["start"] < stop and start < q["stop"]]

    def attached(row: Row) -> bool:
        return any(quantity["property"] for quantity in read(row))

    def rightly(row: Row) -> bool:
        start, stop = int(row["object_start"]), int(row["object_stop"])
        held = [q for q in read(row) if q["property"]]
        if stop == 0 or not held:
            return stop > 0
        return any(q["property_start"] < stop and start < q["property_stop"] for q in held)

    # P of the first line of the two and R of the second are what they say; a wrong one is neither's gain.
    return {
        "quantity": (_right, lambda row: bool(read(row))),
        "quantity's property, attached (P)": (rightly, attached),
        "quantity's property, in the sentence (R)": (
            lambda row: row["object_stop"] != "0", lambda row: attached(row) and rightly(row)),
    } if rows else {}  # fmt: skip


def _numbers(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    """Among numbers with a word behind them that were passed over when drawn, how many are quantities."""
    pairs = _quantities(rows, found)
    return {"number passed over": pairs["quantity"]} if rows else {}


def _recall(rows: Sequence[Row], found: Found) -> dict[str, Pair]:
    """Whether a claim that a careful reader noted is made: its predicate, and terms that overlap its own."""

    def overlaps(row: Row, claim: dict[str, Any]) -> bool:
        return bool(
            claim["predicate"] == row["predicate"]
            and claim["subject_start"] < int(row["stop"]) and int(row["start"]) < claim["subject_stop"]
            and claim["object_start"] < int(row["object_stop"])
            and int(row["object_start"]) < claim["object_stop"]
        )  # fmt: skip

    def made(row: Row) -> bool:
        return any(overlaps(row, claim) for claim in found[row["document"]]["evidence"].values())

    return {"claims a reader noted": (_right, made)} if rows else {}


_JUDGES: dict[str, Callable[[Sequence[Row], Found], dict[str, Pair]]] = {
    "failure": _failures, "modality": _modality, "causation": _causation, "novelty": _novelty,
    "quantity": _quantities, "number": _numbers, "recall": _recall,
}  # fmt: skip


def names(rows: Iterable[Row]) -> set[str]:
    """Give the documents that labels stand in."""
    return {row["document"] for row in rows}
