"""The shapes a mapping is written in.

It promises that one frozen record says, for each sort of node and each sort of edge, which staged rows it
comes from, how it is written as triples and how it is written in a property graph. It refuses to know
any engine.
"""

from dataclasses import dataclass
from typing import Literal

Datatype = Literal["string", "integer", "double", "boolean", "predicate", "strings"]
"""How a value is written; `strings` is a list of strings, `predicate` a word of `graph.PREDICATES`."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its name in the property graph and its predicate (a CURIE) in the triples."""

    name: str
    predicate: str
    datatype: Datatype = "string"


@dataclass(frozen=True, slots=True)
class NodeMap:
    """One sort of node: its label, its class, and the staged rows (column `id` and the properties).

    An empty class keeps the node out of the triples: there the bare IRI is enough.
    """

    label: str
    rdf_class: str
    sql: str
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Via:
    """The node that carries an edge's properties in the triples, where an edge cannot carry any.

    `column` holds its id. It is written only for the rows where the SQL condition `when` holds: a node
    that says no more than the edge would cost four triples and tell nothing (docs/decisions/0003-views.md).
    """

    rdf_class: str
    source: str
    target: str
    column: str = "node"
    when: str = "true"


@dataclass(frozen=True, slots=True)
class EdgeMap:
    """One sort of edge: type and predicate, the labels it joins, and the staged rows.

    The rows have the columns `source`, `target` and the properties.
    """

    type: str
    predicate: str
    source: str
    target: str
    sql: str
    properties: tuple[Property, ...] = ()
    via: Via | None = None


def minted(prefix: str, *parts: str) -> str:
    """Give the SQL expression that computes what `kg.ids.mint` computes.

    Examples
    --------
    >>> minted("concept", "form")
    "'concept:' || substr(md5(form), 1, 16)"
    """
    inner = " || chr(31) || ".join(parts)
    return f"'{prefix}:' || substr(md5({inner}), 1, 16)"
