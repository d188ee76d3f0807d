"""A SPARQL query in a process of its own, because the engine cannot be interrupted.

It promises that a query that takes too long can be ended, and that the rows and the position come from one
opening of the store. It refuses everything but one query read from standard input.
"""

import json
import re
import sys
from typing import Any

from silobridge.kg.ids import PREFIXES
from silobridge.kg.mapping.graph import VOCABULARIES
from silobridge.kg.views.rdf import read_position
from silobridge.queries.values import from_rdf

_SLOT = re.compile(r"VALUES\s+\?(\w+)\s*\{\s*UNDEF\s*\}")


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run the request's query on the store at its path and return columns, rows and position.

    Parameters
    ----------
    request
        `path`, `query`, `terms` (variable → [kind, value]) and `limit`; one row more than the limit is
        returned where there is one. A term takes the place of UNDEF in ``VALUES ?name { UNDEF }``.
    """
    from pyoxigraph import QueryBoolean, QueryTriples, Store

    store = Store.read_only(request["path"])
    found: Any = store.query(bound(request["query"], request["terms"]), prefixes={**VOCABULARIES, **PREFIXES})
    if isinstance(found, QueryBoolean):
        columns, rows = ["answer"], [[bool(found)]]
    elif isinstance(found, QueryTriples):
        columns = ["subject", "predicate", "object"]
        rows = _taken(([one.subject, one.predicate, one.object] for one in found), request["limit"])
    else:
        columns = [one.value for one in found.variables]
        rows = _taken(([row[name] for name in columns] for row in found), request["limit"])
    return {"columns": columns, "rows": rows, "position": read_position(store)}


def _taken(rows: Any, limit: int) -> list[list[Any]]:
    return [[from_rdf(term) for term in row] for row, _ in zip(rows, range(limit + 1), strict=False)]


def bound(query: str, terms: dict[str, list[Any]]) -> str:
    r"""Bind terms where a query leaves their variables open, each written by the engine's own terms.

    The engine's substitutions reach only projected variables, so the slot is in the query.

    Examples
    --------
    >>> bound("SELECT * { VALUES ?x { UNDEF } ?s ?p ?x }", {"x": ["value", 'a"b']})
    'SELECT * { VALUES ?x { "a\\"b" } ?s ?p ?x }'
    """
    from pyoxigraph import Literal, NamedNode

    made = {"iri": NamedNode, "value": Literal}
    written = {name: str(made[kind](value)) for name, (kind, value) in terms.items()}

    def term(match: re.Match[str]) -> str:
        """Bind one slot of the query."""
        name = match.group(1)
        return f"VALUES ?{name} {{ {written[name]} }}" if name in written else match.group()

    return _SLOT.sub(term, query)


def main() -> int:
    """Answer the request on standard input; a query the engine refuses is an answer too."""
    request = json.load(sys.stdin)
    try:
        result = answer(request)
    except (SyntaxError, ValueError, OSError) as error:
        result = {"error": str(error), "syntax": isinstance(error, SyntaxError)}
    json.dump(result, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
