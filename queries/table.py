"""A table of answers: rows with named columns, shown and saved the same way everywhere.

It promises the same columns and the same values whatever the form, and says at which ledger position the
answer was computed and whether rows were left out. It refuses to need pandas or polars before somebody
asks for them.
"""

import csv
import html
import io
import json
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from silobridge.kg.errors import MissingExtra

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Row = tuple[Any, ...]
GAP = "  "
SHOWN_IN_NOTEBOOK = 100


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns.

    Parameters
    ----------
    columns
        The names, in order.
    rows
        The values: text, whole numbers, floats, truth values, None, or tuples of these.
    title
        What the rows are.
    position
        The ledger position they were computed at; None where they do not come from a ledger.
    note
        What the reader has to know, such as that rows were left out.

    Examples
    --------
    >>> table = Table(("concept", "documents"), (("neural filter", 12), ("电池", 3)))
    >>> print(table.to_text(width=40))
    concept        documents
    -------------  ---------
    neural filter         12
    电池                   3
    >>> len(table), table[0]["documents"]
    (2, 12)
    """

    columns: Sequence[str]
    rows: Sequence[Row]
    title: str = ""
    position: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "rows", tuple(self.rows))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    @overload
    def __getitem__(self, key: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    @overload
    def __getitem__(self, key: slice) -> "Table": ...
    def __getitem__(self, key: int | str | slice) -> "dict[str, Any] | list[Any] | Table":
        """Give a row by number, a column by name, or some rows as a table."""
        if isinstance(key, str):
            place = self.columns.index(key)
            return [row[place] for row in self.rows]
        if isinstance(key, slice):
            return Table(self.columns, self.rows[key], self.title, self.position, self.note)
        return dict(zip(self.columns, self.rows[key], strict=True))

    def __str__(self) -> str:
        return self.to_text()

    def to_pandas(self) -> "pd.DataFrame":
        """Give the rows as a pandas frame.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("pandas", "analyst") from error
        return pd.DataFrame.from_records(list(self.rows), columns=list(self.columns))

    def to_polars(self) -> "pl.DataFrame":
        """Give the rows as a polars frame.

        Raises
        ------
        MissingExtra
            If polars is not installed.
        """
        try:
            import polars as pl
        except ImportError as error:
            raise MissingExtra("polars", "analyst") from error
        return pl.DataFrame(
            list(self.rows), schema=list(self.columns), orient="row", infer_schema_length=None
        )

    def to_csv(self) -> str:
        """Give the rows as CSV with a header; None is an empty field."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row] for row in self.rows)
        return out.getvalue()

    def to_json(self) -> str:
        """Give one JSON object: title, position, note, columns, and the rows as objects."""
        body = {
            "title": self.title,
            "position": self.position,
            "note": self.note,
            "columns": list(self.columns),
            "rows": list(self),
        }
        return json.dumps(body, ensure_ascii=False, indent=2)

    def to_jsonl(self) -> str:
        """Give one JSON object a row."""
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self)

    def to_md(self) -> str:
        r"""Give the rows as a Markdown table.

        Examples
        --------
        >>> print(Table(("a",), (("x|y",),)).to_md())
        | a |
        | --- |
        | x\|y |
        """
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        escaped = ([_line(value).replace("|", "\\|") for value in line] for line in lines)
        return "\n".join(f"| {' | '.join(cells)} |" for cells in escaped)

    def to_text(self, width: int | None = None) -> str:
        """Give the rows as aligned text no wider than the terminal, or than `width` columns.

        Wide characters (Chinese, for one) count for two columns. What does not fit ends in ``…``.
        """
        width = width or shutil.get_terminal_size((100, 24)).columns
        cells = [[_line(value) for value in row] for row in self.rows]
        widths = _widths(self.columns, cells, width)
        right = [_is_number(self.rows, place) for place in range(len(self.columns))]
        lines = [
            _aligned(self.columns, widths, right),
            GAP.join("-" * one for one in widths),
            *(_aligned(row, widths, right) for row in cells),
        ]
        head = [self.title, ""] if self.title else []
        tail = ["", self.note] if self.note else []
        return "\n".join([*head, *lines, *tail])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_line(value))}</td>" for value in row) + "</tr>"
            for row in self.rows[:SHOWN_IN_NOTEBOOK]
        )
        hidden = len(self.rows) - SHOWN_IN_NOTEBOOK
        notes = [self.note, f"{hidden} more rows are not shown" if hidden > 0 else ""]
        foot = "".join(f"<p>{html.escape(note)}</p>" for note in notes if note)
        return (
            f"<table><caption>{html.escape(self.title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{foot}"
        )


def display_width(text: str) -> int:
    """Count the terminal columns a text takes.

    Examples
    --------
    >>> display_width("abc"), display_width("电池")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return " ".join(str(one) for one in value)
    if isinstance(value, bool):
        return str(value).lower()
    return value


def _line(value: Any) -> str:
    """Give a value as one line without control characters, which a terminal would obey."""
    if value is None:
        return ""
    text = " ".join(str(_cell(value)).split())
    return "".join(c for c in text if unicodedata.category(c) != "Cc")


def _is_number(rows: Sequence[Row], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)


def _widths(columns: Sequence[str], cells: Sequence[Sequence[str]], total: int) -> list[int]:
    wanted = [
        max([display_width(name), *(display_width(row[place]) for row in cells)])
        for place, name in enumerate(columns)
    ]
    room = total - len(GAP) * (len(columns) - 1)
    while sum(wanted) > room and max(wanted) > 8:
        widest = wanted.index(max(wanted))
        second = max([one for place, one in enumerate(wanted) if place != widest], default=0)
        wanted[widest] = max(8, min(wanted[widest] - 1, max(second, wanted[widest] - (sum(wanted) - room))))
    return wanted


def _aligned(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        shown = _clipped(cell, width)
        blank = " " * (width - display_width(shown))
        parts.append(blank + shown if is_right else shown + blank)
    return GAP.join(parts).rstrip()


def _clipped(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    kept, used = [], 0
    for c in text:
        used += display_width(c)
        if used > width - 1:
            break
        kept.append(c)
    return "".join(kept) + "…"
