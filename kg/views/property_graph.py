"""The property-graph view: a kglite graph in one file, and the log of what changed since.

It promises that a change is in the log whole, position included, before anybody is told that it is in, and
that whoever holds the graph in memory, writer or reader, follows by reading the log on. It refuses to let a
query write: readers get a frozen graph.

Rewriting the file costs a hundred times what a small change does, so it is rewritten only when the log has
grown (docs/decisions/0003-views.md).
"""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import GraphError
from silobridge.kg.ids import mint
from silobridge.kg.mapping import findings
from silobridge.kg.mapping.graph import MAPS, PREDICATES, edge_type
from silobridge.kg.mapping.records import EdgeMap, NodeMap
from silobridge.kg.views.changes import ChangeLog, Head, Statement
from silobridge.kg.views.protocol import ABSENT, Change, Held

if TYPE_CHECKING:
    import duckdb

BATCH = 20_000
"""Rows handed to the engine at once."""

FOLD_CHANGES = 16
"""From so many changes in the log on, a process that lets go of the graph rewrites the file."""

FOLD_BYTES = 4_000_000
"""A log larger than this is folded into the file at once."""

POSITION = "MATCH (v:View {id: 'view'}) RETURN v.position AS position"


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
        self.log = ChangeLog(self.path.with_name("graph.changes"))
        self._graph: Any = None
        self._at = ABSENT
        self._head: Head | None = None

    def position(self) -> int:
        """Return the journal position the view stands at, or `ABSENT`."""
        if not self.path.exists():
            return ABSENT
        logged = self.log.position()
        if logged is None:
            self.graph()
            return self._at
        return logged

    def close(self) -> None:
        """Let go of the graph; the writer, who alone calls this, first folds a log that has grown."""
        if self._graph is not None and self.log.size()[0] >= FOLD_CHANGES:
            self.fold()
        self._graph = None

    def graph(self) -> Any:
        """Return the graph in memory, with every change that is in; it is loaded where it must be.

        Raises
        ------
        GraphError
            If the view has not been built.
        """
        while not self._follow():
            if not self.path.exists():
                raise GraphError(
                    "the property-graph view has not been built",
                    where=str(self.path),
                    hint="kg views GRAPH rebuild",
                )
            # The head before the file: were the file replaced meanwhile, the next look tells.
            logged = self.log.read()
            self._graph = engine().load(str(self.path))
            self._at = int(self._graph.cypher(POSITION).scalar())
            self._head = logged.head if logged else None
            if logged is None:
                break
        return self._graph

    def _follow(self) -> bool:
        """Take the changes in the log into the graph in memory, or say that it has to be loaded."""
        if self._graph is None:
            return False
        logged = self.log.read(self._at)
        if logged is None or self._head is None:
            return logged is None and self._head is None and self.path.exists()
        if logged.head.token != self._head.token or logged.head.position > self._at:
            return False
        for position, statements in logged.changes:
            self._run(statements)
            self._at = position
        return True

    def fold(self) -> None:
        """Rewrite the file with every change in it, and begin the log anew; only under the views' lock."""
        graph = self.graph()
        aside = self.path.with_name(f".graph-{os.getpid()}.kgl")
        _save(graph, aside)
        aside.replace(self.path)
        # A death between the two leaves changes in the log that the file has too, and those are passed over.
        self._head = self.log.begin(self._at, self._head.token if self._head else "")

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

    def domains(self, among: Iterable[str]) -> set[str]:
        """Return those of the domains that the view holds."""
        return self._set("UNWIND $rows AS id MATCH (x:Domain {id: id}) RETURN x.id", sorted(among))

    def apply(self, connection: "duckdb.DuckDBPyConnection", change: Change) -> None:
        """Take out what the change names and write the staged rows, in one line of the log."""
        self.graph()
        if self._head is None:
            self._head = self.log.begin(self._at)
        statements: list[Statement] = [
            *((query, gone) for query, gone in _removals(change) if gone),
            *((_statement(mapped, "MERGE"), rows) for mapped, rows in _own(change)),
            *((query, orphans) for query, orphans in _orphans(change)),
            ("UNWIND $rows AS p MERGE (v:View {id: 'view'}) SET v.position = p", [change.position]),
        ]
        try:
            self._run(statements, lambda: self.log.append(change.position, statements))
        except BaseException:
            # What is in memory and what is in the log may differ now; the log is what counts.
            self._graph = None
            raise
        self._at = change.position
        if self.log.size()[1] > FOLD_BYTES:
            self.fold()

    def build(self, connection: "duckdb.DuckDBPyConnection", position: int) -> None:
        """Build anew from rows staged for everything, aside, and put it in place of the old."""
        self._graph = None
        graph = engine().KnowledgeGraph()
        for query, rows in _rows(connection, "CREATE"):
            graph.cypher(query, params={"rows": rows})
        graph.cypher(f"CREATE (:View {{id: 'view', position: {position}}})")
        aside = self.path.with_name(f".graph-{os.getpid()}.kgl")
        _save(graph, aside)
        aside.replace(self.path)
        self.log.begin(position)

    def _run(self, statements: Iterable[Statement], before_commit: Callable[[], None] = lambda: None) -> None:
        transaction = self._graph.begin()
        for query, rows in statements:
            transaction.cypher(query, params={"rows": rows})
        before_commit()
        transaction.commit()

    def _rows(self, query: str, rows: list[str]) -> list[tuple[Any, ...]]:
        found = self.graph().cypher(query, params={"rows": rows})
        return list(zip(*(found.column(name) for name in found.columns), strict=True))

    def _set(self, query: str, rows: list[str]) -> set[str]:
        return {row[0] for row in self._rows(query, rows)}


def engine() -> Any:
    """Return the engine, told to keep its remarks on missing labels out of standard error."""
    import kglite

    kglite.set_query_warning_policy("silent")
    return kglite


def _save(graph: Any, path: Path) -> None:
    with warnings.catch_warnings():
        # It speaks of a way of loading that is not used here.
        warnings.simplefilter("ignore", engine().MappedFallbackWarning)
        graph.save(str(path))


def _own(change: Change) -> Iterator[tuple[NodeMap | EdgeMap, list[dict[str, Any]]]]:
    """Yield a change's rows without the columns that only the triples need."""
    for mapped, rows in change.rows:
        keys = [*_keys(mapped), *(one.name for one in mapped.properties)]
        yield mapped, [{key: row[key] for key in keys} for row in rows]


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
    for node in findings.NODES:
        yield f"{match} (x:{node.label} {{id: id}}) DETACH DELETE x", list(change.findings)


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
    for mapped in MAPS:
        names = _listed([*_keys(mapped), *(one.name for one in mapped.properties)])
        for rows in _batches(connection, f"SELECT {names} FROM ({mapped.sql})"):
            yield _statement(mapped, verb), rows


def _keys(mapped: NodeMap | EdgeMap) -> tuple[str, ...]:
    return ("id",) if isinstance(mapped, NodeMap) else ("source", "target")


def _statement(mapped: NodeMap | EdgeMap, verb: str) -> str:
    """Write the query that writes rows of a map, with CREATE or MERGE."""
    names = [one.name for one in mapped.properties]
    if isinstance(mapped, NodeMap):
        return f"UNWIND $rows AS r {_written(verb, f'(n:{mapped.label} {{id: r.id', '})', 'n', names)}"
    return (
        f"UNWIND $rows AS r MATCH (a:{mapped.source} {{id: r.source}}) MATCH (b:{mapped.target} {{id: r.target}}) "
        + _written(verb, f"(a)-[e:{mapped.type} {{", "}]->(b)", "e", names)
    )


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
