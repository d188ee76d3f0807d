"""What a person means by a name when deciding: a concept, or a document, organisation or person.

It promises that a name the graph does not know is told, with the nearest that it does. It refuses to
choose between several organisations of one name: all of them stand for the one that is named first.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from silobridge.kg.forms import normal_form
from silobridge.kg.ids import PREFIXES
from silobridge.kg.ledger.links import number
from silobridge.kg.linking.organisations import core

if TYPE_CHECKING:
    import duckdb

_SHOWN = re.compile(r".*\[([a-z-]+:[^\]\s]+)\]\Z", re.DOTALL)
NEAREST = 3


class Named(NamedTuple):
    """What a name stands for in decisions, of which sort, and what is near where the graph knows nothing of it."""

    name: str
    sort: str
    near: tuple[str, ...] = ()


def pair(connection: "duckdb.DuckDBPyConnection", one: str, other: str) -> tuple[Named, Named]:
    """Give what two names stand for: both concepts, else both things, else forms the graph may not know."""
    concepts = _concept(connection, one), _concept(connection, other)
    if all(found.sort for found in concepts):
        return concepts
    things = _thing(connection, one), _thing(connection, other)
    return things if all(found.sort for found in things) else concepts


def _concept(connection: "duckdb.DuckDBPyConnection", text: str) -> Named:
    if text.startswith("concept:"):
        rows = connection.execute(
            "SELECT min(form) FROM mention WHERE 'concept:' || substr(md5(form), 1, 16) = ?", [text]
        ).fetchall()
        if rows[0][0]:
            return Named(rows[0][0], "concept")
    said = " ".join(text.lower().split())
    if connection.execute("SELECT 1 FROM meaning WHERE target = ? LIMIT 1", [said]).fetchall():
        return Named(said, "concept")
    form = normal_form(text, "zh")
    rows = connection.execute(
        "SELECT 1 FROM mention WHERE form = $form UNION SELECT 1 FROM definition WHERE $form IN (short, long)"
        " UNION SELECT 1 FROM alias WHERE $form IN (form, target) LIMIT 1",
        {"form": form},
    ).fetchall()
    return Named(form, "concept") if rows else Named(form, "", _near(connection, form))


def _thing(connection: "duckdb.DuckDBPyConnection", text: str) -> Named:
    shown = _SHOWN.match(text)
    name = shown.group(1) if shown else text.strip()
    rows = connection.execute(
        "SELECT sort FROM link_key WHERE thing = ? AND doc IS NOT NULL AND sort <> 'part' LIMIT 1", [name]
    ).fetchall()
    if rows:
        return Named(name, rows[0][0])
    if name.partition(":")[0] in PREFIXES:
        return Named(name, "")
    whole = number("whole", core(name))
    rows = connection.execute(
        """
        SELECT k.thing FROM link_key k JOIN contribution c ON c.doc = k.doc AND c.agent = k.thing
        WHERE k.key = ? AND k.sort = 'organisation'
        GROUP BY k.thing ORDER BY bool_or(lower(c.name) = lower(?)) DESC, count(*) DESC, k.thing LIMIT 1""",
        [whole, name],
    ).fetchall()
    return Named(rows[0][0], "organisation") if rows else Named(name, "")


def _near(connection: "duckdb.DuckDBPyConnection", form: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT form FROM (SELECT DISTINCT form FROM mention)"
        " ORDER BY jaro_winkler_similarity(form, ?) DESC, form LIMIT ?",
        [form, NEAREST],
    ).fetchall()
    return tuple(row[0] for row in rows)
