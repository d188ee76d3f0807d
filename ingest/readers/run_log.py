"""Logs of experiments and training runs, in JSON lines or CSV: what was tried, and how it ended.

It promises one case a run, a line of its text for each line of the log that speaks of the run without a break,
and the place of the first. It refuses records that name no run, and tables whose rows do not fit their header.
"""

import csv
import re
from collections.abc import Iterator
from itertools import groupby

from silobridge.ingest.readers._json import Record, records, reject
from silobridge.ingest.readers._runs import line, looks_like_runs, named, steps
from silobridge.ingest.source import Source, excerpt
from silobridge.kg.ids import content_hash
from silobridge.kg.model import Document, Kind, Origin, Reject, Section

TITLE = "Experiment and training logs (JSON lines or CSV with a run, its status, parameters, metrics, error)"
RIGHTS = "A log belongs to whoever ran it; nothing is known from the file."
KIND = Kind.CASE
GLOBS = (
    "*runs*.jsonl",
    "*runs*.csv",
    "*trials*.csv",
    "*trials*.jsonl",
    "*experiments*.csv",
    "*experiments*.jsonl",
)
_KEY = re.compile(rb'"([A-Za-z_][\w./ -]{0,40})"\s*:')
MOST_LINES = 500
"""A run with more lines goes on in a further case, so that no case grows without bound."""
_EXPECTED = "a run (run_id, trial, experiment …) with status or error, and parameters or metrics"
_HINT = "name the run in the record, or leave it out"


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is such a log: by its keys, or by its header."""
    if head.lstrip()[:1] in (b"{", b"["):
        return looks_like_runs({match.decode() for match in _KEY.findall(head)})
    return looks_like_runs(set(_header(head)))


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a case for each run."""
    found = records(source) if source.head().lstrip()[:1] in (b"{", b"[") else _rows(source)
    file = source.name.rpartition("/")[2].partition(".")[0]

    def run(entry: tuple[Origin, Record] | Reject) -> str:
        """Give the run a record speaks of: by its name, or a trainer's step by its file's."""
        if isinstance(entry, Reject):
            return ""
        return named(entry[1]) or (file if steps(entry[1]) else "")

    for name, group in groupby(found, key=run):
        entries = list(group) if not name else []
        if name:
            yield from _cases(name, (entry for entry in group if not isinstance(entry, Reject)))
        for entry in entries:
            if isinstance(entry, Reject):
                yield entry
            else:
                yield reject(entry[0], "a record that names no run", entry[1], expected=_EXPECTED, hint=_HINT)


def _cases(name: str, entries: Iterator[tuple[Origin, Record]]) -> Iterator[Document]:
    lines: list[str] = []
    first: Origin | None = None
    part = 1
    for origin, record in entries:
        first = first or origin
        lines.append(line(record))
        if len(lines) == MOST_LINES:
            yield _case(name, part, lines, first)
            lines, first, part = [], None, part + 1
    if first is not None:
        yield _case(name, part, lines, first)


def _case(name: str, part: int, lines: list[str], origin: Origin) -> Document:
    text = "\n".join(lines)
    title = f"Run {name}" + (f", part {part}" if part > 1 else "")
    identifier = "file:" + content_hash(title, text)[:16]
    return Document(identifier, KIND, title, (Section("log", text),), origin, "run_log", language="zxx")


def _header(head: bytes) -> list[str]:
    first = head.split(b"\n", 1)[0].decode(errors="replace")
    return [cell.strip() for cell in next(csv.reader([first.replace("\0", "")]), [])] if "," in first else []


def _rows(source: Source) -> Iterator[tuple[Origin, Record] | Reject]:
    header: list[str] = []
    rejects: list[Reject] = []
    table = csv.reader(source.text_lines(rejects))
    number = 0
    for cells in table:
        yield from rejects
        rejects.clear()
        if not header:
            header = [cell.strip() for cell in cells]
            continue
        if not cells:
            continue
        number += 1
        origin = Origin(source.name, number, table.line_num)
        if len(cells) == len(header):
            yield origin, dict(zip(header, cells, strict=True))
        else:
            found = f"{len(cells)} cells under {len(header)} columns"
            yield Reject(
                origin, found, "as many cells as the header has", "correct the row", excerpt(",".join(cells))
            )
    yield from rejects
    if not header:
        yield Reject(Origin(source.name), "the file is empty", _EXPECTED, "export the runs again")
