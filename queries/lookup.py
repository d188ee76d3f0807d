"""From words to concepts: find what a person means by a term, or list what it could be.

It promises that an exact name, in any spelling the normal form folds, finds its concept, and that
otherwise the nearest concepts are listed by use. It refuses to guess: more than one exact answer is
an `Ambiguous` error that names them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silobridge.kg.errors import NothingFound
from silobridge.kg.forms import normal_form
from silobridge.kg.ids import mint

if TYPE_CHECKING:
    import duckdb

    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.matrices import Matrices


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept with its counts over the whole graph."""

    id: str
    form: str
    label: str
    type: str
    documents: int
    mentions: int


def find_concept(connection: "duckdb.DuckDBPyConnection", text: str) -> Concept:
    """Return the concept a text names: a concept id, a label, or any of its aliases.

    Parameters
    ----------
    connection
        A reading connection to the ledger.
    text
        ``concept:…`` or words, in English or Chinese.

    Raises
    ------
    NothingFound
        If no concept has that name; the error lists the nearest ones.
    """
    if text.startswith("concept:"):
        forms = connection.execute(
            "SELECT DISTINCT form FROM reference WHERE 'concept:' || substr(md5(form), 1, 16) = ?", [text]
        ).fetchall()
        if forms:
            return _concepts(connection, [forms[0][0]])[0]
        raise NothingFound(
            f"no concept has the id {text}", hint="ids change when concepts are merged; search by label"
        )
    # A sense is asked for as it is shown: cell (biology).
    said = " ".join(text.lower().split())
    for form in dict.fromkeys((said, normal_form(text), normal_form(text, "zh"))):
        target = connection.execute("SELECT target FROM alias WHERE form = ?", [form]).fetchall()
        found = _concepts(connection, [target[0][0] if target else form])
        if found:
            return found[0]
    near = search_concepts(connection, text, top=5)
    raise NothingFound(
        f"no concept is called {text!r}",
        expected="one of: " + ", ".join(concept.label for concept in near) if near else "",
        hint="try a shorter or more usual name" if not near else "",
    )


def concept_column(ledger: "Ledger", matrices: "Matrices", text: str) -> int:
    """Return the column of the concept a text names: by id, form or label, or by any name joined to it.

    Raises
    ------
    UnknownName
        If no admitted concept has that name; the error lists the nearest ones.
    """
    try:
        with ledger.reading() as connection:
            column = matrices.form.find(find_concept(connection, text).form)
    except NothingFound:
        column = -1
    return column if column >= 0 else matrices.concept(text)


def search_concepts(connection: "duckdb.DuckDBPyConnection", text: str, top: int = 10) -> list[Concept]:
    """List the concepts whose form contains every word of a text, the most used first (ties by form)."""
    words = normal_form(text).split() or [normal_form(text, "zh")]
    if not any(words):
        return []
    where = " AND ".join("contains(form, ?)" for _ in words)
    rows = connection.execute(
        f"SELECT form FROM reference WHERE {where} GROUP BY form ORDER BY count(DISTINCT doc) DESC, form LIMIT ?",
        [*words, top],
    ).fetchall()
    return _concepts(connection, [row[0] for row in rows])


def _concepts(connection: "duckdb.DuckDBPyConnection", forms: list[str]) -> list[Concept]:
    rows = connection.execute(
        """
        WITH r AS (SELECT doc, form, surface, type FROM reference WHERE form IN (SELECT unnest(?::VARCHAR[]))),
        surfaces AS (SELECT form, surface, count(*) n FROM r GROUP BY ALL),
        types AS (SELECT form, type, count(*) n FROM r WHERE type <> '' GROUP BY ALL)
        SELECT r.form,
               (SELECT surface FROM surfaces s WHERE s.form = r.form ORDER BY n DESC, surface LIMIT 1)
               || regexp_extract(r.form, ' [(][^()]*[)]$'),
               coalesce((SELECT type FROM types t WHERE t.form = r.form ORDER BY n DESC, type LIMIT 1), ''),
               count(DISTINCT doc), count(*)
        FROM r GROUP BY r.form ORDER BY count(DISTINCT doc) DESC, r.form
        """,
        [forms],
    ).fetchall()
    return [Concept(mint("concept", row[0]), *row) for row in rows]
