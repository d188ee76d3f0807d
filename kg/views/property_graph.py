"""The property-graph view: a kglite graph in one file.

It promises that a change is one transaction, position included, in a log that survives the death of the
process, and that the file is rewritten before anybody is told that the change is in. It refuses to let a
query write: readers get a handle that cannot.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import GraphError
from silobridge.kg.ids import mint
from silobridge.kg.mapping.graph import EDGES, NODES, PREDICATES, edge_type
from silobridge.kg.views.protocol import ABSENT, Change, Held

if TYPE_CHECKING:
    import duckdb

BATCH = 20_000
"""Rows handed to the engine at once."""

POSITION = "MATCH (v:View {id: 'view'}) RETURN v.position AS position"
_CITATIONS = "UNWIND $rows AS id MATCH (:Document)-[r:CITES]->({label} {{id: id}}) DELETE r"


class PropertyGraphView:
    """The nodes and edges of one graph.

    Parameters
    ----------
    folder
        The graph's folder; the file is ``views/graph.kgl`` below it.
    """

    name = "graph"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "views" / "graph.kgl"
        self._session: Any = None

    def position(self) -> int:
        """Return the journal position the view stands at, or `ABSENT`.

        Read from the note beside the file where nothing is open: it is written last, so it never says
        more than the file holds.
        """
        if self._session is not None:
            return int(self._session.cypher(POSITION).scalar())
        if not self.path.exists():
            return ABSENT
        note = self._note()
        return int(note.read_text("ascii")) if note.exists() else self._opened_position()

    def close(self) -> None:
        """Let go of the store."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def held(self, documents: Iterable[str], forms: Iterable[str]) -> Held:
        """Collect what the view holds around these documents and these concepts' claims."""
        ids = list(documents)
        around = "UNWIND $rows AS id MATCH (d:Document {id: id})"
        claim = (
            "MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept) RETURN s.form, k.predicate, o.form"
        )
        claims = self._rows(f"{around}<-[:IN_DOCUMENT]-(:Evidence)<-[:HAS_EVIDENCE]-(k:Claim) {claim}", ids)
        concepts = [mint("concept", form) for form in forms]
        for role in ("SUBJECT", "OBJECT"):
            claims += self._rows(
                f"UNWIND $rows AS id MATCH (:Concept {{id: id}})<-[:{role}]-(k:Claim) {claim}", concepts
            )
        identifiers = self._rows(f"{around} RETURN d.identifiers", ids)
        return Held(
            forms=self._set(f"{around}-[:USES]->(c:Concept) RETURN c.form", ids),
            claims={(row[0], row[1], row[2]) for row in claims},
            domains=self._set(f"{around}-[:IN_DOMAIN]->(x:Domain) RETURN x.id", ids),
            agents=self._set(f"{around}-[]->(x:Organisation) RETURN x.id", ids)
            | self._set(f"{around}-[]->(x:Person) RETURN x.id", ids),
            targets=set(ids) | {one for row in identifiers for one in row[0] or ()},
        )

    def admitted(self, forms: Iterable[str]) -> set[str]:
        """Return those of the forms whose concepts the view holds."""
        by_id = {mint("concept", form): form for form in forms}
        found = self._set("UNWIND $rows AS id MATCH (c:Concept {id: id}) RETURN c.id", sorted(by_id))
        return {by_id[one] for one in found}

    def domains(self) -> set[str]:
        """Return every domain the view holds."""
        return self._set("MATCH (x:Domain) RETURN x.id", [])

    def apply(self, connection: "duckdb.DuckDBPyConnection", change: Change) -> None:
        """Take out what the change names and write the staged rows, in one transaction with the position."""
        session = self._writer()
        transaction = session.begin()
        for query, gone in _removals(change):
            if gone:
                transaction.cypher(query, params={"rows": gone})
        for query, rows in _rows(connection, "MERGE"):
            transaction.cypher(query, params={"rows": rows})
        for query, orphans in _orphans(change):
            transaction.cypher(query, params={"rows": orphans})
        transaction.cypher(f"MERGE (v:View {{id: 'view'}}) SET v.position = {change.position}")
        transaction.commit()
        # Another process loads the file, not the log.
        session.save()
        self._write_note(change.position)

    def build(self, connection: "duckdb.DuckDBPyConnection", position: int) -> None:
        """Build anew from rows staged for everything, aside, and put it in place of the old."""
        self.close()
        graph = engine().KnowledgeGraph()
        for query, rows in _rows(connection, "CREATE"):
            graph.cypher(query, params={"rows": rows})
        graph.cypher(f"CREATE (:View {{id: 'view', position: {position}}})")
        aside = self.path.with_name(f".graph-{os.getpid()}.kgl")
        graph.save(str(aside))
        self._note().unlink(missing_ok=True)
        # The old log first: replayed on the new file it would undo it.
        self.path.with_name(self.path.name + "-wal").unlink(missing_ok=True)
        aside.replace(self.path)
        self._write_note(position)

    def _writer(self) -> Any:
        if self._session is None:
            self._session = engine().open_session(str(self.path), durable="normal")
        return self._session

    def _rows(self, query: str, rows: list[str]) -> list[tuple[Any, ...]]:
        found = self._writer().cypher(query, params={"rows": rows})
        return list(zip(*(found.column(name) for name in found.columns), strict=True))

    def _set(self, query: str, rows: list[str]) -> set[str]:
        return {row[0] for row in self._rows(query, rows)}

    def _opened_position(self) -> int:
        return int(self._writer().cypher(POSITION).scalar())

    def _note(self) -> Path:
        return self.path.with_name("graph.position")

    def _write_note(self, position: int) -> None:
        aside = self._note().with_name(f".position-{os.getpid()}")
        aside.write_text(str(position), "ascii")
        aside.replace(self._note())


def engine() -> Any:
    """Return the engine, told to keep its remarks on missing labels out of standard error."""
    import kglite

    kglite.set_query_warning_policy("silent")
    return kglite


def open_session(path: Path) -> Any:
    """Load the file as a session that answers queries and refuses to write.

    Raises
    ------
    GraphError
        If there is no such view.
    """
    if not path.exists():
        raise GraphError(
            "the property-graph view has not been built", where=str(path), hint="kg views GRAPH rebuild"
        )
    return engine().open_session(str(path))


def _removals(change: Change) -> Iterator[tuple[str, list[str]]]:
    """Yield what a change takes out: a query over `$rows`, and its rows."""
    claims = [mint("claim", *claim) for claim in change.claims]
    concepts = [mint("concept", form) for form in change.whole]
    match = "UNWIND $rows AS id MATCH"
    yield f"{match} (:Claim {{id: id}})-[:HAS_EVIDENCE]->(e:Evidence) DETACH DELETE e", claims
    for word in sorted(PREDICATES):
        pairs = [claim for claim in change.claims if claim[1] == word]
        rows: list[Any] = [{"s": mint("concept", one[0]), "t": mint("concept", one[2])} for one in pairs]
        yield (
            f"UNWIND $rows AS r MATCH (:Concept {{id: r.s}})-[e:{edge_type(word)}]->(:Concept {{id: r.t}}) DELETE e",
            rows,
        )
    yield f"{match} (k:Claim {{id: id}}) DETACH DELETE k", claims
    yield f"{match} (d:Document {{id: id}}) DETACH DELETE d", list(change.documents)
    yield f"{match} (c:Concept {{id: id}}) DETACH DELETE c", concepts
    yield f"{match} (x:Domain {{id: id}}) DETACH DELETE x", list(change.domains)
    yield f"{match} (:Document)-[r:CITES]->(:Document {{id: id}}) DELETE r", list(change.targets)
    yield f"{match} (x:Outside {{id: id}}) DETACH DELETE x", list(change.targets)


def _orphans(change: Change) -> Iterator[tuple[str, list[str]]]:
    """Yield the queries that take out what nothing refers to any more."""
    for label in ("Organisation", "Person"):
        yield (
            f"UNWIND $rows AS id MATCH (x:{label} {{id: id}}) WHERE NOT (x)<--() DELETE x",
            list(change.agents),
        )
    yield "MATCH (x:Outside) WHERE NOT (x)<--() DELETE x", []


def _rows(connection: "duckdb.DuckDBPyConnection", verb: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield, map by map and batch by batch, the query that writes the staged rows and the rows."""
    for node in NODES:
        names = [one.name for one in node.properties]
        query = f"UNWIND $rows AS r {_written(verb, f'(n:{node.label} {{id: r.id', '})', 'n', names)}"
        for rows in _batches(connection, f"SELECT {_listed(['id', *names])} FROM ({node.sql})"):
            yield query, rows
    for edge in EDGES:
        names = [one.name for one in edge.properties]
        query = (
            f"UNWIND $rows AS r MATCH (a:{edge.source} {{id: r.source}}) MATCH (b:{edge.target} {{id: r.target}}) "
            + _written(verb, f"(a)-[e:{edge.type} {{", "}]->(b)", "e", names)
        )
        for rows in _batches(connection, f"SELECT {_listed(['source', 'target', *names])} FROM ({edge.sql})"):
            yield query, rows


def _written(verb: str, head: str, tail: str, name: str, properties: list[str]) -> str:
    """Write a clause that makes a node or edge: at once where it is new, else found first and then set."""
    if verb == "CREATE":
        inner = ", ".join(f"{one}: r.{one}" for one in properties)
        return f"CREATE {head}{', ' if inner and not head.endswith('{') else ''}{inner}{tail}"
    setting = ", ".join(f"{name}.{one} = r.{one}" for one in properties)
    return f"MERGE {head}{tail}".replace(" {}", "") + (f" SET {setting}" if setting else "")


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _batches(connection: "duckdb.DuckDBPyConnection", query: str) -> Iterator[list[dict[str, Any]]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    while rows := cursor.fetchmany(BATCH):
        yield [dict(zip(names, row, strict=True)) for row in rows]
