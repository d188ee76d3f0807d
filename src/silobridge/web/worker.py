"""One SPARQL query after another, in a process of its own, because the engine cannot be interrupted.

It promises that an answer is whole before it is announced: rows and bytes are counted while they are
written aside, and one too many ends the query with an error instead of a shorter answer. It refuses updates
and other servers, and more memory than its bound.
"""

import io
import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from silobridge.kg.errors import GraphError, QueryError, QueryRejected
from silobridge.kg.ids import PREFIXES
from silobridge.kg.mapping.graph import VOCABULARIES
from silobridge.kg.views.rdf import open_read_only, read_position
from silobridge.queries.guard import check_sparql
from silobridge.web.media import GRAPHS, RESULTS, choose

if TYPE_CHECKING:
    from pyoxigraph import Store

NAMES = {**VOCABULARIES, **PREFIXES}
MEMORY = 4 << 30
"""Bytes of address space one query may take."""


class TooLargeError(QueryError):
    """The answer has more rows or bytes than the limit."""


class Counted(io.RawIOBase):
    """A file that lets so many lines and bytes be written, and no more."""

    def __init__(self, file: BinaryIO, lines: int, size: int) -> None:
        self.file = file
        self.lines = lines
        self.size = size

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Write, or refuse what goes beyond the limit."""
        piece = bytes(data)
        self.lines -= piece.count(b"\n")
        self.size -= len(piece)
        if self.lines < 0 or self.size < 0:
            raise TooLargeError("the answer is larger than its limit")
        return self.file.write(piece)


class Reader:
    """A store that is opened for reading once, and again when another snapshot is named."""

    def __init__(self) -> None:
        self._path = ""
        self._store: Store | None = None

    def store(self, path: str) -> "Store":
        """Return the store at a path."""
        if self._store is None or path != self._path:
            self._store, self._path = open_read_only(Path(path)), path
        return self._store


def answer(reader: Reader, request: dict[str, Any], out: Path) -> dict[str, Any]:
    """Run one query, write its answer to a file, and say of what media type it is.

    Parameters
    ----------
    reader
        Opens the store.
    request
        `path` of the store, `query`, `accept`, `default` and `named` (lists of IRIs), `rows` and `bytes` (the limits).
    out
        Where the answer goes.
    """
    from pyoxigraph import NamedNode, QueryTriples

    check_sparql(request["query"])
    store = reader.store(request["path"])
    default: Any = [NamedNode(one) for one in request["default"]]
    named: Any = [NamedNode(one) for one in request["named"]]
    # Named in the request, these take the place of FROM and FROM NAMED; one without the other empties it.
    given = {"default_graph": default, "named_graphs": named} if default or named else {}
    found: Any = store.query(request["query"], prefixes=NAMES, **given)
    triples = isinstance(found, QueryTriples)
    kind = choose(request["accept"], GRAPHS if triples else RESULTS)
    if not kind:
        return {
            "status": 406,
            "error": "no form of this answer is acceptable",
            "hint": ", ".join(GRAPHS if triples else RESULTS),
        }
    with out.open("w+b") as file:
        (_write_triples if triples else _write_rows)(found, kind, file, request)
    return {"status": 200, "kind": kind, "position": read_position(store)}


def _write_rows(found: Any, kind: str, file: BinaryIO, request: dict[str, Any]) -> None:
    from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

    form = {
        "json": QueryResultsFormat.JSON,
        "xml": QueryResultsFormat.XML,
        "csv": QueryResultsFormat.CSV,
        "tsv": QueryResultsFormat.TSV,
    }[RESULTS[kind]]
    if isinstance(found, QueryBoolean):
        found.serialize(file, form)
        return
    # One line for each row in this form and no other: so rows are counted in the engine's own writer.
    spool = file if form == QueryResultsFormat.TSV else io.BytesIO()
    found.serialize(Counted(spool, request["rows"] + 1, request["bytes"]), QueryResultsFormat.TSV)
    if spool is not file:
        spool.seek(0)
        parse_query_results(spool, format=QueryResultsFormat.TSV).serialize(file, form)


def _write_triples(found: Any, kind: str, file: BinaryIO, request: dict[str, Any]) -> None:
    from pyoxigraph import RdfFormat, parse, serialize

    form = {
        "ttl": RdfFormat.TURTLE,
        "nt": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "rdf": RdfFormat.RDF_XML,
    }[GRAPHS[kind]]
    spool = file if form == RdfFormat.N_TRIPLES else io.BytesIO()
    found.serialize(Counted(spool, request["rows"], request["bytes"]), RdfFormat.N_TRIPLES)
    if spool is not file:
        spool.seek(0)
        triples = (quad.triple for quad in parse(spool, format=RdfFormat.N_TRIPLES))
        serialize(triples, file, form, prefixes=NAMES)


def told(reader: Reader, request: dict[str, Any], out: Path) -> dict[str, Any]:
    """Answer a request, or say why not."""
    try:
        return answer(reader, request, out)
    except TooLargeError:
        return {
            "status": 422,
            "error": f"the answer has more than {request['rows']} rows or {request['bytes']} bytes",
            "hint": "add a LIMIT and an OFFSET, or write the whole graph to files: kg export",
        }
    except QueryRejected as error:
        return {"status": 403, "error": error.found, "hint": error.hint}
    except (SyntaxError, ValueError) as error:
        return {"status": 400, "error": " ".join(str(error).split()), "hint": "this is not SPARQL 1.1"}
    except GraphError as error:
        return {"status": 503, "error": error.found, "hint": error.hint}
    except (OSError, RuntimeError) as error:
        return {
            "status": 500,
            "error": f"the store could not be read: {error}",
            "hint": "kg views GRAPH rebuild",
        }
    except MemoryError:
        return {"status": 507, "error": "the query needs too much memory", "hint": "ask for less"}


def main(folder: str) -> None:
    """Answer requests, one line of JSON each, until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    reader = Reader()
    out = Path(folder) / f"answer-{os.getpid()}"
    for line in sys.stdin:
        result = told(reader, json.loads(line), out)
        sys.stdout.write(json.dumps({**result, "file": str(out)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
