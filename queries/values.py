"""One way to write a value, whichever engine gave it.

It promises that equal answers of the two views are equal rows: whole numbers as int, other numbers rounded,
nothing as None, identifiers as CURIEs, a claim's property as the ledger's word. It refuses engine types.
"""

from typing import Any

from silobridge.kg.ids import compress
from silobridge.kg.views.rdf import WORDS

DIGITS = 6
_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(
    _XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
)
_REAL = frozenset(_XSD + name for name in ("decimal", "double", "float"))


def number(value: float) -> int | float:
    """Round a number, and give it as an int where nothing is left behind the point.

    Examples
    --------
    >>> number(2.0), number(1 / 3)
    (2, 0.333333)
    """
    rounded = round(value, DIGITS)
    return int(rounded) if rounded == int(rounded) else rounded


def from_rdf(term: Any) -> Any:
    """Give the value of an RDF term, or of None where a variable is unbound."""
    from pyoxigraph import BlankNode, Literal, NamedNode

    if term is None:
        return None
    if isinstance(term, NamedNode):
        return WORDS.get(term.value) or compress(term.value)
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    if not isinstance(term, Literal):
        return str(term)
    kind = term.datatype.value
    if kind in _WHOLE:
        return int(term.value)
    if kind in _REAL:
        value = float(term.value)
        return number(value) if abs(value) < float("inf") else None
    return term.value in ("true", "1") if kind == _XSD + "boolean" else term.value


def from_graph(value: Any) -> Any:
    """Give the value of a property-graph result: a node as its identifier, an edge as its type."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return number(value) if value == value and abs(value) < float("inf") else None
    if isinstance(value, list | tuple):
        return tuple(from_graph(one) for one in value)
    if isinstance(value, dict):
        properties = value.get("properties")
        if isinstance(properties, dict) and "id" in properties:
            return properties["id"]
        return value.get("type") or str(sorted((key, from_graph(one)) for key, one in value.items()))
    return str(value)
