"""From what a person writes for a parameter to what the views call it.

It promises that an identifier is taken as it is, and a name is looked up in the ledger. It refuses to
choose among several things of one name: it lists them.
"""

from typing import Any

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.kg.ids import compress
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.mapping.graph import PREDICATES
from silobridge.queries.lookup import find_concept


def resolve(ledger: Ledger, kind: str, value: Any) -> Any:
    """Give the identifier, word, number or text that a parameter of that kind means.

    Raises
    ------
    UsageError
        If it is not of that kind.
    NothingFound
        If nothing in the graph is called that.
    """
    text = str(value).strip()
    if kind == "int":
        return _whole(text)
    if kind == "predicate":
        if text not in PREDICATES:
            raise UnknownName("predicate", text, PREDICATES)
        return text
    if kind == "text":
        return text
    curie = compress(text) if "://" in text else text
    if kind == "concept":
        with ledger.reading() as connection:
            return find_concept(connection, curie).id
    if kind == "domain":
        return _domain(ledger, curie)
    return _document(ledger, curie) if kind == "document" else curie


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a whole number", expected="digits, such as 2015") from None


def _domain(ledger: Ledger, text: str) -> str:
    with ledger.reading() as connection:
        rows = connection.execute(
            """
            SELECT id, label, id = ? AS exact FROM (
                SELECT id, label FROM domain UNION SELECT domain, '' FROM membership
                WHERE domain NOT IN (SELECT id FROM domain))
            WHERE id = ? OR lower(label) = lower(?) ORDER BY exact DESC, id LIMIT 20""",
            [text, text, text],
        ).fetchall()
        near = [] if rows else connection.execute(
            "SELECT id || ' ' || label FROM domain WHERE contains(lower(label), lower(?)) ORDER BY id LIMIT 8", [text]
        ).fetchall()  # fmt: skip
    if rows and (rows[0][2] or len(rows) == 1):
        return str(rows[0][0])
    if rows:
        raise UsageError(
            f"{text!r} names {len(rows)} domains", expected="one of: " + ", ".join(row[0] for row in rows)
        )
    raise NothingFound(
        f"no domain is called {text!r}",
        expected="one of: " + "; ".join(row[0] for row in near) if near else "",
        hint="give a code such as cpc:H01M, or a label",
    )


def _document(ledger: Ledger, curie: str) -> str:
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT min(d.id) FROM document d LEFT JOIN identifier i ON i.doc = d.doc WHERE d.id = ? OR i.id = ?",
            [curie, curie],
        ).fetchall()
    if not rows or rows[0][0] is None:
        raise NothingFound(
            f"no document has the identifier {curie}", hint="kg query GRAPH documents-of-domain lists some"
        )
    return str(rows[0][0])
