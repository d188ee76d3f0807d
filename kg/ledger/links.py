"""The keys under which documents, organisations and people are looked up to find what is one.

It promises that after every append and every deletion the keys are those of the documents that are there,
in time proportional to the documents that changed, and that what a deletion took away is remembered until
the conclusions have followed. It refuses to compare: it only says what is to be compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from silobridge.kg.linking import blocks, people, translated
from silobridge.kg.linking.organisations import acronym, core, halves, person
from silobridge.kg.linking.persons import colleague
from silobridge.kg.linking.records import Record

if TYPE_CHECKING:
    import duckdb

COLLEAGUES = 4
"""Co-workers of a person that make keys: those whose hashes are smallest, the same for the same people."""

PREFIXES = 3
"""Leading words of an organisation's name under which its parent is looked up."""

STEP = 5_000


class Key(NamedTuple):
    """A thing and one of its keys, as one document gives it."""

    doc: int
    thing: str
    sort: str
    key: int


def count(connection: "duckdb.DuckDBPyConnection", numbers: Sequence[int], sign: int = 1) -> None:
    """Enter the keys of documents that were added, or take those of documents about to be deleted away.

    Parameters
    ----------
    connection
        A writing connection.
    numbers
        Internal numbers of the documents, whose rows are in the ledger.
    sign
        1 after adding, -1 before deleting.
    """
    if not numbers:
        return
    listed = ", ".join(str(int(number)) for number in numbers)
    where = f"doc BETWEEN {min(numbers)} AND {max(numbers)} AND doc IN ({listed})"
    if sign > 0:
        _enter(connection, _keys(connection, where))
        return
    # A row without a document remembers what was there.
    connection.execute(
        f"INSERT INTO link_key SELECT DISTINCT NULL::INTEGER, thing, sort, key, false FROM link_key WHERE {where}"
    )
    connection.execute(f"DELETE FROM link_key WHERE {where}")


def recount(connection: "duckdb.DuckDBPyConnection") -> None:
    """Work every key out anew, all marked as changed."""
    connection.execute("DELETE FROM link_key")
    row = connection.execute("SELECT coalesce(max(doc), -1) FROM document").fetchall()[0]
    for first in range(0, int(row[0]) + 1, STEP):
        _enter(connection, _keys(connection, f"doc BETWEEN {first} AND {first + STEP - 1}"))


def settle(connection: "duckdb.DuckDBPyConnection") -> None:
    """Mark every change as followed."""
    connection.execute("DELETE FROM link_key WHERE doc IS NULL")
    connection.execute("UPDATE link_key SET settled = true WHERE NOT settled")


def changed(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Tell whether any key changed since the conclusions followed."""
    row = connection.execute("SELECT count(*) FROM link_key WHERE NOT settled").fetchall()[0]
    return int(row[0]) > 0


def records(
    connection: "duckdb.DuckDBPyConnection", where: str, text: int = 0
) -> Iterator[tuple[int, Record]]:
    """Yield the documents of a condition on `doc` as records to compare, by number.

    Parameters
    ----------
    connection
        Any connection.
    where
        A condition on the column ``doc``.
    text
        How many characters of the text after the title are wanted.
    """
    said: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for doc, name, sort, role in connection.execute(
        f"SELECT doc, name, sort, role FROM contribution WHERE {where} ORDER BY doc, ordinal, name"
    ).fetchall():
        said[doc]["venue" if role == "publisher" else sort].append(name)
    for table, column in (("identifier", "id"), ("classification", "domain")):
        for doc, value in connection.execute(f"SELECT doc, {column} FROM {table} WHERE {where}").fetchall():
            said[doc][table].append(value)
    rows = connection.execute(
        "SELECT doc, id, kind, title, coalesce(year, 0),"
        f" substr(text, length(coalesce(title, '')) + 1, {int(text)}) FROM document WHERE {where} ORDER BY doc"
    ).fetchall()
    for doc, identifier, kind, title, year, body in rows:
        own = said[doc]
        yield doc, Record(
            id=identifier, title=title or "", kind=kind or "", year=year, people=tuple(own["person"]),
            organisations=tuple(own["organisation"]), identifiers=frozenset(own["identifier"]),
            classes=frozenset(own["classification"]), text=(body or "").strip() if text else "",
        )  # fmt: skip


def _keys(connection: "duckdb.DuckDBPyConnection", where: str) -> Iterator[Key]:
    for doc, record in records(connection, where):
        for key in blocks.keys(record):
            yield Key(doc, record.id, "document", key)
    by_document: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for doc, agent, name, sort in connection.execute(
        f"SELECT doc, agent, name, sort FROM contribution WHERE agent <> '' AND name <> '' AND {where}"
        " ORDER BY doc, ordinal, name"
    ).fetchall():
        by_document[doc].append((agent, name, sort))
    for doc, agents in sorted(by_document.items()):
        yield from set(_agents(doc, agents))


def _agents(doc: int, agents: list[tuple[str, str, str]]) -> Iterator[Key]:
    homes = sorted({core(name) for _, name, sort in agents if sort == "organisation"})
    crew = {agent: colleague(name) for agent, name, sort in agents if sort == "person"}
    for agent, name, sort in agents:
        if sort == "organisation":
            yield from (Key(doc, agent, part, key) for part, key in organisation_keys(name))
            continue
        own = crew[agent]
        if not own:
            continue
        yield Key(doc, agent, sort, number("name", " ".join(sorted(people.parts(name)))))
        others = {number(own, "with", other) for who, other in crew.items() if who != agent and other}
        for key in sorted(others)[:COLLEAGUES]:
            yield Key(doc, agent, sort, key)
        for home in homes[:2]:
            yield Key(doc, agent, sort, number(own, "at", home))


def organisation_keys(name: str) -> Iterator[tuple[str, int]]:
    """Yield the keys of an organisation's name: as `organisation`, or as `part` where a parent is looked up by it."""
    said = core(name).split()
    yield "organisation", number("whole", " ".join(said))
    yield from (("organisation", number("half", half)) for half in halves(name))
    yield from (("organisation", number("both", key)) for key in translated.keys(name))
    if own := person(name):
        yield "organisation", number("applicant", own)
    if short := acronym(name):
        yield "part", number("whole", short)
    for length in range(1, min(len(said), PREFIXES + 1)):
        yield "part", number("whole", " ".join(said[:length]))


def number(*parts: str) -> int:
    """Hash the parts of a key to a signed 64-bit number."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _enter(connection: "duckdb.DuckDBPyConnection", keys: Iterable[Key]) -> None:
    import pyarrow as pa

    rows = list(keys)
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    incoming = pa.table(
        {
            "doc": pa.array(columns[0], pa.int32()),
            "thing": pa.array(columns[1], pa.string()),
            "sort": pa.array(columns[2], pa.string()),
            "key": pa.array(columns[3], pa.int64()),
        }
    )
    connection.register("incoming_keys", incoming)
    connection.execute("INSERT INTO link_key SELECT doc, thing, sort, key, false FROM incoming_keys")
    connection.unregister("incoming_keys")
