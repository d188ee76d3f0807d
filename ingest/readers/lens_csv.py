"""Patent tables exported from lens.org, compact or with all columns.

It promises one patent a row, by its publication number, with CPC and IPC codes. It refuses rows whose
cells do not match the header, and dates that contradict the row's own year.
"""

import csv
import re
from collections.abc import Iterator

from silobridge.ingest.readers._clean import line, paragraphs, unmark
from silobridge.ingest.readers._codes import classifications
from silobridge.ingest.source import Source, excerpt
from silobridge.kg.ids import patent
from silobridge.kg.model import Agent, Document, Kind, Origin, Reject, Section

TITLE = "Patent tables exported from lens.org (CSV)"
RIGHTS = "Lens terms of use: free for non-commercial use with attribution to The Lens."
KIND = Kind.PATENT
GLOBS = ("*lens*.csv", "*lens*.csv.gz")

_DATE = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})$")
_PUBLISHED_AFTER = re.compile(r"\s\d{8}$")
_EXPECTED = "a header with publication_number (or display_key) and title, and as many cells in each row"
Row = dict[str, str]


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is a Lens table: by its header."""
    header = set(_header(next(csv.reader([head.split(b"\n", 1)[0].decode(errors="replace")]), [])))
    if "title" not in header or not header & {"publication_number", "display_key"}:
        return 0.0
    return 0.95 if "lens_id" in header else 0.5


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a patent for each row."""
    rejects: list[Reject] = []
    table = csv.reader(source.text_lines(rejects), strict=True)
    header: list[str] = []
    number = 0
    while True:
        start = table.line_num + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            number += 1
            rejects.append(_reject(Origin(source.name, number, start), f"not CSV: {error}", ""))
            cells = []
        yield from rejects
        rejects.clear()
        if cells is None:
            break
        if cells and not header:
            header = _header(cells)
        elif cells:
            number += 1
            yield _row(Origin(source.name, number, start), header, cells)
    if not header:
        yield Reject(Origin(source.name), "the file is empty", _EXPECTED, "export the table again")


def _header(cells: list[str]) -> list[str]:
    return [cell.strip().lower().replace(" ", "_").lstrip("#_") for cell in cells]


def _row(origin: Origin, header: list[str], cells: list[str]) -> Document | Reject:
    if len(cells) != len(header):
        return _reject(origin, f"{len(cells)} cells under {len(header)} columns", ",".join(cells))
    row = dict(zip(header, cells, strict=True))
    number = line(row.get("publication_number") or row.get("display_key") or "")
    identifier = patent(_PUBLISHED_AFTER.sub("", number), line(row.get("kind", "")))
    title = line(unmark(row.get("title", "")))
    if not identifier or not title:
        found = f"publication_number {number!r}" if not identifier else "no 'title'"
        return _reject(origin, found, ",".join(cells))
    abstract = paragraphs(unmark(row.get("abstract", "")))
    lens = row.get("lens_id", "").strip()
    return Document(
        id=identifier,
        kind=KIND,
        title=title,
        sections=(Section("abstract", abstract),) if abstract else (),
        origin=origin,
        reader="lens_csv",
        published=_published(row),
        identifiers=(f"lens:{lens}",) if lens else (),
        classifications=classifications(
            _split(row, "cpc_classifications"), _split(row, "ipcr_classifications")
        ),
        agents=tuple(_agents(_split(row, "applicants"), _split(row, "inventors"))),
    )


def _agents(applicants: list[str], inventors: list[str]) -> Iterator[Agent]:
    for name in applicants:
        yield Agent(name, "applicant", "person" if name in inventors else "organisation")
    for name in inventors:
        yield Agent(name, "inventor")


def _reject(origin: Origin, found: str, shown: str) -> Reject:
    return Reject(origin, found, _EXPECTED, "correct the row, or export it again", excerpt(shown))


def _split(row: Row, column: str) -> list[str]:
    return [name for part in row.get(column, "").split(";;") if (name := line(part))]


def _published(row: Row) -> str:
    """Give the day, its century from the year column; the year alone where day and year disagree."""
    year = row.get("publication_year", "").strip()
    text = row.get("publication_date", "").strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text
    match = _DATE.match(text)
    if not match:
        return year if re.fullmatch(r"\d{4}", year) else ""
    day, month, stated = match.groups()
    full = stated if len(stated) == 4 else (year if year.endswith(stated) else "")
    return f"{full}-{month:0>2}-{day:0>2}" if full and int(month) <= 12 and int(day) <= 31 else year
