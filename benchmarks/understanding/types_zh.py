"""Types of Chinese terms in context: the shipped type beside the commonest one and a rule of last characters.

It promises that every label was fixed from the sentence before any system answered, and that a label counts
only where its document still holds its term at its place. It refuses to count a term that no type fits as
anything but a chance to be wrong: it lowers precision, never recall.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.understanding import shipped
from benchmarks.understanding.gold import Text
from benchmarks.understanding.metrics import Counts, counts
from benchmarks.understanding.table import Line, Options, Outcome, compared
from silobridge.ingest.extractors.chinese_lexicon import type_of
from silobridge.kg.forms import normal_form

TITLE = "Types of Chinese terms"
FOLDER = "../papers/chinese_csl"
LICENCE = "labels of this project; texts CSL, Apache-2.0"
LABELS = "types_zh.tsv"
NONE = "none"


class Labelled(NamedTuple):
    """A term at its place, where it was drawn from, and the type its sentence gives it."""

    part: str
    origin: str
    document: str
    start: int
    stop: int
    term: str
    type: str


Typer = Callable[[Labelled], str]


def run(options: Options) -> Outcome:
    """Evaluate the types of terms given in context."""
    texts = abstracts(options.data)
    own = options.data / LABELS
    rows = read(own if own.exists() else Path(__file__).with_name(LABELS))
    held = [row for row in rows if texts.get(row.document, "")[row.start : row.stop] == row.term]
    taught = [row for row in held if row.part == "dev"]
    systems = _systems(taught, [(name, texts[name]) for name in sorted({row.document for row in held})])
    shown: list[Line] = []
    for part in ("dev", "test", "fresh"):
        some = [row for row in held if row.part == part]
        if some:
            shown += _part(part, some, systems)
    return Outcome(TITLE, LICENCE, tuple(shown), _notes(rows, held, systems["shipped"]))


def abstracts(folder: Path) -> dict[str, str]:
    """Give the texts of CSL's keyword files by file and line."""
    found = {}
    for path in sorted(folder.glob("kg.*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            found[f"{path.stem}:{number}"] = [*line.split("\t"), ""][1]
    return found


def read(path: Path) -> list[Labelled]:
    """Read the labels."""
    with path.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [
            Labelled(r["part"], r["origin"], r["document"], int(r["start"]), int(r["stop"]), r["term"], r["type"])
            for r in rows
        ]  # fmt: skip


def _systems(taught: Sequence[Labelled], texts: Sequence[tuple[str, str]]) -> dict[str, Typer]:
    """Give the systems; the baselines learn from the development part."""
    commonest = _most(row.type for row in taught if row.type != NONE)
    last: dict[str, list[str]] = defaultdict(list)
    for row in taught:
        last[row.term[-1]].append(row.type)
    ending = {character: _most(types) for character, types in last.items()}
    mentions, _ = shipped.extract([Text(name, text, ()) for name, text in texts], "zh")
    stored = {
        (name, found.start, found.stop): found.type
        for (name, _), some in zip(texts, mentions, strict=True)
        for found in some
    }
    return {
        "commonest type": lambda _: commonest,
        "last character, learned": lambda row: ending.get(row.term[-1], NONE),
        "shipped": lambda row: type_of(normal_form(row.term, "zh"), row.term) or NONE,
        "shipped, stored mentions only": lambda row: (
            stored.get((row.document, row.start, row.stop), "") or NONE
        ),
    }


def _most(types: Iterable[str]) -> str:
    return min(((-n, name) for name, n in Counter(types).items()), default=(0, NONE))[1]


def _part(part: str, some: Sequence[Labelled], systems: dict[str, Typer]) -> list[Line]:
    base = "last character, learned"
    shown = compared(
        f"{part}, typed", ((name, _counts(some, typer)) for name, typer in systems.items()), base
    )
    shown += compared(
        f"{part}, accuracy with none", ((n, _counts(some, t, whole=True)) for n, t in systems.items()), base
    )
    for origin in sorted({row.origin for row in some}):
        these = [row for row in some if row.origin == origin]
        shown += compared(f"{part}, {origin}s", [("shipped", _counts(these, systems["shipped"]))])
    for kind in sorted({row.type for row in some} - {NONE}) if part != "dev" else ():
        shown += compared(f"{part}, {kind}", [("shipped", _counts(some, systems["shipped"], kind))])
    return shown


def _counts(some: Sequence[Labelled], typer: Typer, kind: str = "", whole: bool = False) -> Counts:
    """Count by document; of one kind where one is named, and with none as a kind of its own where `whole`."""
    gold: dict[str, list[tuple[int, str]]] = defaultdict(list)
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, row in enumerate(some):
        for into, name in ((gold, row.type), (said, typer(row))):
            into[row.document] += [(place, name)] if (whole or name != NONE) and kind in ("", name) else []
    names = sorted(gold)
    return counts([gold[name] for name in names], [said[name] for name in names])


def _notes(rows: Sequence[Labelled], held: Sequence[Labelled], typer: Typer) -> tuple[str, ...]:
    typed = sum(typer(row) != NONE for row in held)
    return (
        f"{len(held)} of {len(rows)} labelled terms stand in these texts; half were drawn from the authors'"
        " keywords, half from the shipped mentions, by seed; one reader, a language model, labelled them from"
        " the sentence before any system answered, 2026-11-22",
        f"shipped gives a type to {typed} of them; P is of those, R of terms that some type fits;"
        " the list of endings was mended on the development part; its writer had labelled the test part before,"
        " so *fresh* was drawn and labelled after the list was fixed",
        "stored mentions only: the type counts where `kg ingest` stores a mention of these very ends",
    )
