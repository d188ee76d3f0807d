"""Asking the views: a named question, or SPARQL or Cypher of your own.

It promises that nothing can be written, that no question runs longer than its limit, that a row cap is said
aloud, and that every answer tells the ledger position it was computed at. It refuses to paste a parameter
into a query: parameters are bound.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import QueryError, QueryRejected, QueryTimeout, UnknownName, UsageError
from silobridge.kg.ids import expand
from silobridge.kg.mapping.graph import PREDICATES
from silobridge.kg.mapping.triples import iri
from silobridge.queries.guard import check_cypher, check_sparql
from silobridge.queries.resolve import resolve
from silobridge.queries.table import Table
from silobridge.queries.values import from_graph

if TYPE_CHECKING:
    from silobridge.kg.views.facade import Views

KINDS = ("claim", "concept", "document", "domain", "finding", "int", "predicate", "text")
ENGINES = ("sparql", "cypher")
SORTED = 200_000
"""The most rows a named question may give before it is cut to the limit asked for."""

_AS_IRI = ("claim", "concept", "document", "domain", "finding")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question; `default` is None where it has to be given."""

    name: str
    kind: str
    default: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.kind}" + (
            f", default {self.default})" if self.default is not None else ")"
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A named question with its two spellings."""

    name: str
    title: str
    description: str
    params: tuple[Parameter, ...]
    columns: tuple[str, ...]
    order: tuple[str, ...]
    sparql: str
    cypher: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How many rows a query may give and how many seconds it may take."""

    rows: int = 1000
    seconds: float = 30.0


@cache
def library() -> Mapping[str, Question]:
    """Return every named question: one pair of files in `queries/library`, nothing to register."""
    folder = files("silobridge") / "queries" / "library"
    names = sorted(entry.name.removesuffix(".rq") for entry in folder.iterdir() if entry.name.endswith(".rq"))
    return {
        name: read_question(
            name,
            (folder / f"{name}.rq").read_text("utf-8"),
            (folder / f"{name}.cypher").read_text("utf-8"),
        )
        for name in names
    }


def read_question(name: str, sparql: str, cypher: str) -> Question:
    """Read a question from its two files; the header of the first says what it is.

    Raises
    ------
    QueryError
        If the header lacks a line or names an unknown kind of parameter.
    """
    header: dict[str, str] = {}
    for line in sparql.splitlines():
        if not line.startswith("#"):
            break
        key, _, value = line.lstrip("# ").partition(":")
        header[key.strip()] = value.strip()
    missing = [key for key in ("title", "description", "params", "columns", "order") if key not in header]
    if missing:
        raise QueryError(f"the header lacks {', '.join(missing)}", where=f"{name}.rq")
    params = tuple(_parameter(name, text) for text in header["params"].split(";") if text.strip())
    columns, order = (tuple(one.strip() for one in header[key].split(",")) for key in ("columns", "order"))
    if not {key.lstrip("-") for key in order} <= set(columns):
        raise QueryError(
            "the order names a column that is not there", where=f"{name}.rq", expected=header["columns"]
        )
    return Question(name, header["title"], header["description"], params, columns, order, sparql, cypher)


def _parameter(question: str, text: str) -> Parameter:
    name, _, rest = text.strip().rstrip(")").partition(" (")
    kind, _, default = rest.partition(", default")
    if kind not in KINDS:
        raise QueryError(
            f"{kind!r} is no kind of parameter", where=f"{question}.rq", expected=", ".join(KINDS)
        )
    return Parameter(name, kind, default.strip() if ", default" in rest else None)


def library_table() -> Table:
    """List the named questions with their parameters and columns."""
    rows = tuple(
        (one.name, one.title, "; ".join(str(param) for param in one.params), ", ".join(one.columns))
        for one in library().values()
    )
    return Table(("name", "title", "params", "columns"), rows, "Named questions")


def ask(
    views: "Views",
    name: str,
    params: Mapping[str, Any] | None = None,
    *,
    engine: str = "sparql",
    limits: Limits = Limits(),
) -> Table:
    """Answer a named question.

    Parameters
    ----------
    views
        The views of the graph.
    name
        One of `library()`.
    params
        By name; a concept, domain or document may be given by CURIE or by what people call it.
    engine
        'sparql' or 'cypher': the rows are the same.
    limits
        The most rows to give and the most seconds to take.

    Raises
    ------
    UnknownName
        If there is no such question, engine or parameter.
    UsageError
        If a parameter is missing or is not of its kind.
    """
    question = library().get(name)
    if question is None:
        raise UnknownName("question", name, library(), hint="kg query GRAPH --list")
    if engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    bound = bind(views, question, params or {})
    if engine == "cypher":
        table = _cypher(views, question.cypher, dict(bound), Limits(SORTED, limits.seconds))
    else:
        terms = {param.name: _term(param.kind, bound[param.name]) for param in question.params}
        table = _sparql(views, question.sparql, terms, Limits(SORTED, limits.seconds))
    ordered = _ordered(question, table)
    note = table.note or _left_out(len(ordered), limits.rows)
    return Table(table.columns, ordered[: limits.rows], question.title, table.position, note)


def bind(views: "Views", question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """Resolve what was given for a question's parameters, and fill in the defaults."""
    known = {param.name: param for param in question.params}
    for name in given:
        if name not in known:
            raise UnknownName("parameter", name, known, hint=f"{question.name} takes " + _signature(question))
    bound: dict[str, Any] = {}
    for param in question.params:
        value = given.get(param.name, param.default)
        if value is None:
            raise UsageError(f"{question.name} needs {param.name}", expected=_signature(question))
        bound[param.name] = resolve(views.ledger, param.kind, value)
    return bound


def sparql(views: "Views", text: str, limits: Limits = Limits()) -> Table:
    """Run SPARQL that only reads.

    Raises
    ------
    QueryRejected
        If it would write or ask another server.
    QueryTimeout
        If it ran longer than its limit.
    QueryError
        If it is not SPARQL.
    """
    check_sparql(text)
    return _sparql(views, text, {}, limits)


def cypher(
    views: "Views",
    text: str,
    params: Mapping[str, Any] | None = None,
    limits: Limits = Limits(),
) -> Table:
    """Run Cypher that only reads.

    Raises
    ------
    QueryRejected
        If it would write, load a file or call a procedure.
    QueryTimeout
        If it ran longer than its limit.
    QueryError
        If it is not Cypher.
    """
    check_cypher(text)
    return _cypher(views, text, dict(params or {}), limits)


def _signature(question: Question) -> str:
    return "; ".join(str(param) for param in question.params) or "no parameters"


def _term(kind: str, value: Any) -> tuple[str, Any]:
    if kind in _AS_IRI:
        return "iri", expand(value)
    return ("iri", iri(PREDICATES[value])) if kind == "predicate" else ("value", value)


def _sparql(views: "Views", text: str, terms: Mapping[str, tuple[str, Any]], limits: Limits) -> Table:
    with views.borrow_rdf() as path:
        done = _worker({"path": str(path), "query": text, "terms": dict(terms), "limit": limits.rows}, limits)
    if done.returncode:
        raise QueryError("the SPARQL engine failed", expected="an answer", hint=done.stderr.strip()[-500:])
    result = json.loads(done.stdout)
    if "error" in result:
        raise QueryError(
            f"SPARQL: {' '.join(result['error'].split())}",
            hint="kg query GRAPH --list shows questions that work",
        )
    return _table(result["columns"], [tuple(row) for row in result["rows"]], result["position"], limits)


def _worker(request: dict[str, Any], limits: Limits) -> "subprocess.CompletedProcess[str]":
    try:
        # -P keeps the current folder off the path: a stranger's json.py must not answer for ours.
        return subprocess.run(
            [sys.executable, "-P", "-m", "silobridge.queries.sparql_worker"],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long(limits) from error


def _cypher(views: "Views", text: str, params: dict[str, Any], limits: Limits) -> Table:
    import kglite

    reader = views.open_graph()
    try:
        found = reader.session.cypher(
            text, params=params, timeout_ms=int(limits.seconds * 1000), row_limit=limits.rows + 1
        )
        columns = list(found.columns)
        rows = list(zip(*(found.column(name) for name in columns), strict=True)) if columns else []
    except kglite.CypherTimeoutError as error:
        raise _too_long(limits) from error
    except kglite.ReadOnlyError as error:
        raise QueryRejected("the query would write", hint="queries here only read") from error
    except kglite.KgError as error:
        raise QueryError(f"Cypher: {' '.join(str(error).split())}") from error
    return _table(columns, [tuple(from_graph(one) for one in row) for row in rows], reader.position, limits)


def _ordered(question: Question, table: Table) -> list[tuple[Any, ...]]:
    """Sort the rows by the question's own order, in code-point order of CURIEs, nothing last.

    The engines cannot agree on it: one sorts IRIs and the other CURIEs, one puts nulls first.
    """
    rows = list(table.rows)
    for key in reversed(question.order):
        place = list(table.columns).index(key.lstrip("-"))
        given = [row for row in rows if row[place] is not None]
        given.sort(key=itemgetter(place), reverse=key.startswith("-"))
        rows = given + [row for row in rows if row[place] is None]
    return rows


def _left_out(found: int, limit: int) -> str:
    return f"the first {limit} rows of {found}; raise the limit to see more" if found > limit else ""


def _table(columns: list[str], rows: list[tuple[Any, ...]], position: int, limits: Limits) -> Table:
    note = f"the first {limits.rows} rows; there are more: raise the limit" if len(rows) > limits.rows else ""
    return Table(tuple(columns), tuple(rows[: limits.rows]), "", position, note)


def _too_long(limits: Limits) -> QueryTimeout:
    return QueryTimeout(
        f"the query ran longer than {limits.seconds:g} s",
        hint="ask for less: a domain, a year, a LIMIT; or allow more time",
    )
