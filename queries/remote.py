"""Named questions on servers: the same files, asked over Bolt or over HTTP.

It promises the rows that the embedded views give, through the same normaliser and in the same order. It
refuses to write: a Bolt transaction is opened for reading, and an HTTP request goes to the query endpoint.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import UnknownName
from silobridge.kg.mapping.triples import NAMES
from silobridge.queries.run import Limits, Question, _ordered, _term, bind, library
from silobridge.queries.sparql_worker import bound
from silobridge.queries.table import Table
from silobridge.queries.values import from_graph, from_rdf

if TYPE_CHECKING:
    import neo4j

    from silobridge.kg.servers.http import SparqlClient
    from silobridge.kg.views.facade import Views


USUAL = Limits()
"""What a question may take where nothing else is said."""


def ask_bolt(
    views: "Views", name: str, params: Mapping[str, Any], session: "neo4j.Session", limits: Limits = USUAL
) -> Table:
    """Answer a named question from a Neo4j server that this graph was pushed to.

    Parameters
    ----------
    views
        The graph, whose ledger resolves what people call things.
    name
        One of `run.library()`.
    params
        By name, as for `run.ask`.
    session
        A session on the server.
    limits
        The most rows to give and the most seconds to take.
    """
    import neo4j

    question = _question(name)
    given = bind(views, question, params)

    def read(tx: "neo4j.ManagedTransaction") -> tuple[list[str], list[list[Any]], int]:
        """Read the rows and the position they are read at; the server ends it at the limit."""
        found = tx.run(question.cypher, given)
        columns, rows = list(found.keys()), found.values()
        position = tx.run("MATCH (v:View {id: 'view'}) RETURN v.position").single(strict=True)[0]
        return columns, rows, int(position)

    columns, rows, position = session.execute_read(neo4j.unit_of_work(timeout=limits.seconds)(read))
    return _table(
        question, columns, [tuple(from_graph(one) for one in row) for row in rows], position, limits
    )


def ask_http(
    views: "Views", name: str, params: Mapping[str, Any], client: "SparqlClient", limits: Limits = USUAL
) -> Table:
    """Answer a named question from a SPARQL server that this graph was pushed to.

    Parameters
    ----------
    views, name, params, limits
        As for `ask_bolt`.
    client
        The server.
    """
    from silobridge.kg.servers.state import State

    question = _question(name)
    given = bind(views, question, params)
    terms = {one.name: list(_term(one.kind, given[one.name])) for one in question.params}
    prologue = "".join(f"PREFIX {prefix}: <{base}>\n" for prefix, base in sorted(NAMES.items()))
    found = client.select(prologue + bound(question.sparql, terms))
    position = int(State(client, 0.0).read()["position"])
    rows = [tuple(from_rdf(row[column]) for column in question.columns) for row in found]
    return _table(question, list(question.columns), rows, position, limits)


def _question(name: str) -> Question:
    if name not in library():
        raise UnknownName("question", name, library(), hint="kg query GRAPH --list")
    return library()[name]


def _table(
    question: Question, columns: list[str], rows: list[tuple[Any, ...]], position: int, limits: Limits
) -> Table:
    ordered = _ordered(question, Table(tuple(columns), tuple(rows), "", position, ""))
    note = f"the first {limits.rows} rows of {len(ordered)}" if len(ordered) > limits.rows else ""
    return Table(tuple(columns), tuple(ordered[: limits.rows]), question.title, position, note)
