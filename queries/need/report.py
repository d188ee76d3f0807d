"""A need's answer as a table, and as a report in Markdown, HTML or JSON.

It promises the same content in every form, text of documents escaped, and the limits at the end. It refuses
to leave half a file.
"""

import html
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from silobridge.kg.errors import UnknownName
from silobridge.queries.bridges.record import Place
from silobridge.queries.evidence import Quote
from silobridge.queries.need.record import Answer, Method
from silobridge.queries.report import words
from silobridge.queries.report.markdown import plain, quoted
from silobridge.queries.table import Row, Table

LIMITS = (
    "What is listed was used near something the need is about; nothing here says that it solves the need. The "
    "words of the need and the concepts of this graph decide what is near: say the need in other words and see "
    "whether the answer stays. A concept is a term found in texts; one term may mean two things. Not yet used in "
    "the field means in no document of this graph, not in the world. In tests on this project's data a relevant "
    "document of another field was found less often than one of the same field (docs/explanation/need.md)."
)

COLUMNS = ("what", "name", "score", "tried in own field", "elsewhere", "field", "through", "sentence", "document",
           "year", "verdicts", "id")  # fmt: skip


def table(answer: Answer, said: Mapping[str, str] | None = None) -> Table:
    """Return one row for each method, field, document, and person or organisation, the best of each first."""
    said = said or {}
    rows: list[Row] = [_method(one, said) for one in answer.methods]
    for place in answer.fields:
        rows.append(("field", place.place.label, _short(place.score), None, place.documents, None, None, None,
                     None, None, None, place.place.id))  # fmt: skip
    for one in answer.documents:
        quote = one.quote.text if one.quote else None
        rows.append((one.kind, one.title, _short(one.score), None, None, _named(one.field), ", ".join(one.shares) or None,
                     quote, one.id, one.year, None, one.id))  # fmt: skip
    for agent in answer.agents:
        rows.append((agent.sort, agent.name, _short(agent.score), None, len(agent.documents), agent.country or None,
                     None, None, agent.documents[0], None, None, agent.id))  # fmt: skip
    return Table(COLUMNS, rows, f"Outside your field: {answer.need[:80]}", answer.position)


def _method(one: Method, said: Mapping[str, str]) -> Row:
    quote = one.steps[-1].quote if one.steps else None
    told = (quote.text, quote.document, quote.year) if quote else (None, None, None)
    fields = "; ".join(place.label for place in one.fields) or None
    return (one.sort, one.concept.label, _short(one.score), one.tried, one.elsewhere, fields, one.through.label, *told,
            said.get(one.id), one.id)  # fmt: skip


def _short(score: float) -> float:
    return float(f"{score:.3g}")


def _named(place: Place | None) -> str | None:
    return place.label if place else None


def write(out: Path, answer: Answer, said: Mapping[str, str] | None = None) -> Path:
    """Write the report and return the file's path.

    Raises
    ------
    UnknownName
        If the file's name ends in none of .md, .html, .json.
    """
    writers = {".md": markdown, ".html": page, ".json": record}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise UnknownName("report format", out.suffix or out.name, writers, hint="name the file need.md, say")
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    aside.write_text(writer(answer, said or {}), "utf-8")
    aside.replace(out)
    return out


def record(answer: Answer, said: Mapping[str, str]) -> str:
    """Write the answer as JSON, with the verdicts under the findings' identifiers."""
    value = {**asdict(answer), "verdicts": dict(said), "limits": LIMITS}
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def markdown(answer: Answer, said: Mapping[str, str]) -> str:
    """Write the answer as Markdown."""
    understood = ", ".join(one.label for one in answer.understood) or "no concept by name"
    lines = ["# What other fields know", "", f"**Need.** {plain(answer.need[:600])}", ""]
    lines += [f"Understood: {plain(understood)}.", *map(plain, answer.notes), ""]
    for heading, fresh in (
        ("Used elsewhere, not yet in your field", True),
        ("Used in your field already", False),
    ):
        some = [one for one in answer.methods if (one.tried == 0) is fresh]
        lines += [f"## {heading}", ""] if some else []
        for one in some:
            lines += _told(one, said)
    lines += ["## Fields", ""] if answer.fields else []
    lines += [
        f"- {plain(words.named(one.place))}: {words.documents(one.documents)} among the best"
        for one in answer.fields
    ]
    lines += ["", "## Documents", ""] if answer.documents else []
    for found in answer.documents:
        place = f" · {found.field.label}" if found.field else ""
        year = f", {found.year}" if found.year else ""
        lines += [f"- {plain(found.title)} ({plain(found.id)}; {found.kind}{year}{plain(place)})"]
        lines += [f"  {plain(found.quote.text)}"] if found.quote else []
    lines += ["", "## People and organisations", ""] if answer.agents else []
    for agent in answer.agents:
        lines += [f"- {plain(agent.name)} ({agent.sort}): {plain(', '.join(agent.documents[:3]))}"]
    return "\n".join([*lines, "", f"**Limits.** {LIMITS}", ""])


def _told(one: Method, said: Mapping[str, str]) -> list[str]:
    fields = ", ".join(place.label for place in one.fields) or "no field of the usual levels"
    use = f"{words.documents(one.elsewhere)} outside your field, {one.tried} in it ({fields})."
    lines = [
        f"### {plain(one.concept.label)}",
        "",
        plain(f"{one.sort}; {use} Through {one.through.label}."),
        "",
    ]
    if one.id in said:
        lines += [f"Judged: {plain(said[one.id])}.", ""]
    for step in one.steps:
        lines += quoted(step.shows, step.quote)
    return [*lines, f"`{one.id}`", ""]


def page(answer: Answer, said: Mapping[str, str]) -> str:
    """Write the answer as one HTML page that loads nothing."""
    shown = table(answer, said)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in shown.columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in row)
        + "</tr>"
        for row in shown.rows
    )
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in answer.notes)
    steps = "".join(
        f"<h3>{html.escape(one.concept.label)}</h3>"
        + "".join(_quoted(step.shows, step.quote) for step in one.steps)
        for one in answer.methods
    )
    style = "body{font:16px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}td,th{padding:.3rem;" \
            "text-align:left;vertical-align:top;border-bottom:1px solid #ccc}"  # fmt: skip
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>What other fields know</title><style>{style}</style>'
        f"<h1>What other fields know</h1><p>{html.escape(answer.need[:600])}</p>{notes}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><h2>Why</h2>{steps}"
        f"<p><strong>Limits.</strong> {html.escape(LIMITS)}</p></html>\n"
    )


def _quoted(shows: str, quote: Quote) -> str:
    return (
        f"<blockquote>{html.escape(quote.text)}<footer>{html.escape(shows)}: "
        f"{html.escape(words.source(quote))}</footer></blockquote>"
    )
