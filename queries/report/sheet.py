"""A report of a title, a table, sentences and notes, for findings that are neither bridge nor silo.

It promises the same content as Markdown, as one HTML file and as JSON. It refuses markup from documents.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from silobridge.kg.errors import UnknownName
from silobridge.queries.evidence import Quote
from silobridge.queries.report import html, markdown, words


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a report says: columns and rows, then sentences each with what they show; `record` is for JSON."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    limits: str
    quotes: tuple[tuple[str, Quote], ...] = ()
    record: Any = None


def shown(value: Any) -> str:
    """Write a cell.

    Examples
    --------
    >>> shown(None), shown(0.12345), shown(12), shown(("a", "b")), shown(True)
    ('', '0.12', '12', 'a; b', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return words.number(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(shown(one) for one in value)
    return str(value)


def as_markdown(sheet: Sheet) -> str:
    """Write the sheet as Markdown."""
    lines = [f"# {markdown.plain(sheet.title)}", "", *map(markdown.plain, sheet.notes), ""]
    lines += ["| " + " | ".join(sheet.columns) + " |", "|" + " --- |" * len(sheet.columns)]
    lines += ["| " + " | ".join(markdown.plain(shown(cell)) for cell in row) + " |" for row in sheet.rows]
    lines += ["", *([] if sheet.rows else ["Nothing to list.", ""])]
    for shows, quote in sheet.quotes:
        lines += markdown.quoted(shows, quote)
    return "\n".join([*lines, f"**Limits.** {sheet.limits}", ""])


def as_html(sheet: Sheet) -> str:
    """Write the sheet as one HTML file."""
    head = "".join(f"<th>{escape(name)}</th>" for name in sheet.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(shown(cell))}</td>" for cell in row) + "</tr>" for row in sheet.rows
    )
    table = f"<table><tr>{head}</tr>{rows}</table>" if rows else "<p>Nothing to list.</p>"
    said = "".join(html.quoted(shows, quote) for shows, quote in sheet.quotes)
    return html.page(sheet.title, list(sheet.notes), table + said, sheet.limits)


def as_json(sheet: Sheet) -> str:
    """Write the record behind the sheet as JSON."""
    from dataclasses import asdict

    quotes = [{"shows": shows, **asdict(quote)} for shows, quote in sheet.quotes]
    body = {"title": sheet.title, "notes": sheet.notes, "limits": sheet.limits,
            "answer": asdict(sheet.record), "evidence": quotes}  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def write_sheet(out: Path, sheet: Sheet) -> Path:
    """Write the sheet into a file whose name ends in .md, .html or .json; whole or not at all.

    Raises
    ------
    UnknownName
        If the name ends in something else.
    """
    writers = {".md": as_markdown, ".html": as_html, ".json": as_json}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise UnknownName(
            "report format", out.suffix or out.name, writers, hint="name the file helix.html, say"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    aside.write_text(writer(sheet), "utf-8")
    aside.replace(out)
    return out
