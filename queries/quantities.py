"""Numbers with units, asked for by property and bound: "energy density > 300 Wh/kg".

It promises comparison in SI base units, whatever unit a text wrote, and the sentence behind every number. It
refuses to compare across dimensions: 300 Wh is no energy density.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silobridge.kg import units
from silobridge.kg.errors import UsageError
from silobridge.kg.forms import normal_form
from silobridge.queries.table import Table

if TYPE_CHECKING:
    import duckdb

COLUMNS = ("property", "comparison", "low", "high", "unit", "document", "title", "sentence")
_ASKED = re.compile(
    r"\s*(?P<property>[^<>=≤≥]*?)\s*(?:(?P<sign><=|>=|<|>|=|≤|≥)\s*(?P<value>[-+]?\d[\d.,]*(?:e[-+]?\d+)?)\s*(?P<unit>\S.*?)?)?\s*"
)
_SIGNS = {">": "q.si_high > ?", ">=": "q.si_high >= ?", "≥": "q.si_high >= ?",
          "<": "q.si_low < ?", "<=": "q.si_low <= ?", "≤": "q.si_low <= ?"}  # fmt: skip
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a property by its words (empty for any), and a bound in SI units."""

    words: str
    sign: str = ""
    value: float = 0.0
    dimension: str = ""


def read(text: str) -> Asked:
    """Read a question about a number.

    Raises
    ------
    UsageError
        It is no property with a bound and a unit.

    Examples
    --------
    >>> read("energy density > 300 Wh/kg")
    Asked(words='energy density', sign='>', value=1080000.0, dimension='m2 s-2')
    """
    match = _ASKED.fullmatch(text)
    if match is None or not (match["property"] or match["sign"]):
        raise UsageError(
            f"{text!r} asks for no number",
            expected="a property, a sign, a number and a unit",
            hint='"energy density > 300 Wh/kg", or a property alone',
        )
    if not match["sign"]:
        return Asked(match["property"])
    unit = units.unit(match["unit"]) if match["unit"] else units.Unit(1.0, 0.0, "1")
    return Asked(
        match["property"], match["sign"], unit.si(float(match["value"].replace(",", ""))), unit.dimension
    )


def quantities(connection: "duckdb.DuckDBPyConnection", text: str, limit: int = 100) -> Table:
    """List the numbers that answer a question, the largest first, with their sentences.

    A property answers by its whole name or as the end of a longer one: "specific energy density" is an
    energy density. A range answers when some of it does.

    Parameters
    ----------
    connection
        A reading connection to the ledger.
    text
        A property, with a sign, a number and a unit where only some are wanted.
    limit
        Most rows.
    """
    asked = read(text)
    where, values = ["true"], []
    if asked.words:
        forms = sorted({normal_form(asked.words), normal_form(asked.words, "zh")})
        named = "coalesce((SELECT target FROM alias WHERE form = w), w)"
        where.append(
            f"EXISTS (SELECT 1 FROM (SELECT unnest(?::VARCHAR[]) AS w) WHERE q.property IN (w, {named})"
            " OR ends_with(q.property, ' ' || w))"
        )
        values.append(forms)
    if asked.sign:
        where.append("q.dimension = ?")
        values.append(asked.dimension)  # type: ignore[arg-type]
        bound, given = _bound(asked)
        where.append(bound)
        values.extend(given)  # type: ignore[arg-type]
    rows = connection.execute(
        f"""SELECT q.property, q.comparison, q.low, q.high, q.unit, d.id, d.title,
                   substr(d.text, s.start + 1, s.stop - s.start)
            FROM measure q JOIN document d ON d.doc = q.doc
            JOIN sentence s ON s.doc = q.doc AND s.sentence = q.sentence
            WHERE {" AND ".join(where)}
            ORDER BY q.si_high DESC, d.id, q.start LIMIT ?""",
        [*values, limit + 1],
    ).fetchall()
    note = f"only the {limit} largest" if len(rows) > limit else ""
    return Table(COLUMNS, tuple(rows[:limit]), f"Numbers: {text}", note=note)


def _bound(asked: Asked) -> tuple[str, list[float]]:
    if asked.sign == "=":
        slack = abs(asked.value) * _NEAR
        return "q.si_low <= ? AND q.si_high >= ?", [asked.value + slack, asked.value - slack]
    slack = abs(asked.value) * _NEAR * (-1 if "=" in asked.sign or asked.sign in "≤≥" else 1)
    return _SIGNS[asked.sign], [asked.value + (slack if asked.sign[0] in ">≥" else -slack)]
