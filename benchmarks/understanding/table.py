"""What an evaluation hands back, and how it is printed.

It promises one line per system and part, every F1 with its interval, gains with a paired interval. It
refuses a number without the count it stands on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding.metrics import Counts, Score, gain, score

Gain = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Options:
    """Where a set lies, where its training lies if elsewhere, and where slow steps are kept."""

    data: Path
    training: Path
    keep: Path | None = None
    apart: bool = False
    """Whether `data` is a slice kept aside from `training`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One system on one part of one set."""

    part: str
    system: str
    score: Score
    gain: Gain | None = None
    against: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All lines of a set, and what a reader must know to read them."""

    title: str
    licence: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def compared(part: str, systems: Iterable[tuple[str, Counts]], against: str = "") -> list[Line]:
    """Score systems on one part, with the gain over the one named `against` on the same resamples."""
    found = dict(systems)
    base = found.get(against)
    return [
        Line(
            part,
            name,
            score(rows),
            gain(rows, base) if base is not None and name != against else None,
            against if base is not None and name != against else "",
        )
        for name, rows in found.items()
    ]


def markdown(outcome: Outcome) -> list[str]:
    """Lay an outcome out as a Markdown section."""
    rows = [
        f"## {outcome.title} ({outcome.licence})",
        "",
        "| part | system | P | R | F1 [95 %] | gold | gain in points [95 %, paired] |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in outcome.lines:
        s = line.score
        rows.append(
            f"| {line.part} | {line.system} | {s.precision:.3f} | {s.recall:.3f}"
            f" | {s.f1:.3f} [{s.low:.3f}, {s.high:.3f}] | {s.gold} | {_gain(line)} |"
        )
    return [*rows, "", *(f"- {note}" for note in outcome.notes), ""]


def records(outcome: Outcome) -> list[dict[str, object]]:
    """Give the lines as plain records, rounded to four places."""
    return [
        {
            "set": outcome.title, "part": line.part, "system": line.system,
            **{key: round(value, 4) for key, value in line.score._asdict().items()},
            **({"gain": [round(value, 4) for value in line.gain], "against": line.against} if line.gain else {}),
        }
        for line in outcome.lines
    ]  # fmt: skip


def text(outcome: Outcome) -> list[str]:
    """Lay an outcome out for a terminal."""
    rows: list[Sequence[str]] = [("part", "system", "P", "R", "F1", "95 %", "gold", "gain")]
    for line in outcome.lines:
        s = line.score
        rows.append(
            (
                line.part,
                line.system,
                f"{s.precision:.3f}",
                f"{s.recall:.3f}",
                f"{s.f1:.3f}",
                f"{s.low:.3f}–{s.high:.3f}",
                str(s.gold),
                _gain(line),
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    laid = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [f"{outcome.title} ({outcome.licence})", *(row.rstrip() for row in laid), *outcome.notes]


def _gain(line: Line) -> str:
    if not line.gain:
        return ""
    value, low, high = (100 * number for number in line.gain)
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}] over {line.against}"
