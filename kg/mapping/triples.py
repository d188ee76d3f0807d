"""From staged rows to N-Triples, in the columnar engine.

It promises lines that need no further escaping, whether they go to a bulk load or into one SPARQL update,
and identifiers spelled as `kg.ids.expand` spells them. It refuses to lose a row: an identifier whose
prefix is unknown is written under our own base instead of being dropped.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from silobridge.kg.ids import BASE, PREFIXES
from silobridge.kg.mapping.graph import EDGES, NODES, PREDICATES, VOCABULARIES
from silobridge.kg.mapping.records import EdgeMap, NodeMap, Property, Via

if TYPE_CHECKING:
    import duckdb

NAMES = {**PREFIXES, **VOCABULARIES}
"""Every prefix the triples use."""

_UNSAFE = "[^A-Za-z0-9._~!$&''()*+,;=:@/-]"


def iri(name: str) -> str:
    """Expand a name of the mapping, such as ``sb:uses`` or ``skos:broader``.

    Examples
    --------
    >>> iri("skos:broader")
    'http://www.w3.org/2004/02/skos/core#broader'
    """
    prefix, _, local = name.partition(":")
    return NAMES[prefix] + local


def prepare(connection: "duckdb.DuckDBPyConnection") -> None:
    """Define the macros that write an identifier and a literal as N-Triples writes them."""
    bases = ", ".join(f"'{prefix}': '{base}'" for prefix, base in sorted(PREFIXES.items()))
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO sb_encode(t) AS CASE WHEN regexp_matches(t, '{_UNSAFE}')
            THEN list_aggregate(list_transform(regexp_extract_all(t, '(?s).'), lambda c:
                     CASE WHEN regexp_matches(c, '{_UNSAFE}') THEN url_encode(c) ELSE c END), 'string_agg', '')
            ELSE t END""")
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO sb_iri(c) AS '<' || coalesce(
            MAP {{{bases}}}[split_part(c, ':', 1)] || sb_encode(substr(c, strpos(c, ':') + 1)),
            '{BASE}other/' || sb_encode(c)) || '>'""")
    connection.execute("""
        CREATE OR REPLACE TEMP MACRO sb_text(t) AS '"' || replace(replace(replace(replace(replace(
            t, '\\', '\\\\'), '"', '\\"'), chr(10), '\\n'), chr(13), '\\r'), chr(1), ' ') || '"'""")


def triple_queries() -> Iterator[str]:
    """Yield, map by map, the query whose one column is the map's lines of N-Triples."""
    for node in NODES:
        if node.rdf_class:
            yield _lines(node.sql, _node_parts(node))
    for edge in EDGES:
        yield _lines(edge.sql, [_line("sb_iri(source)", edge.predicate, "sb_iri(target)")])
        if edge.via:
            yield _lines(f"SELECT * FROM ({edge.sql}) WHERE {edge.via.when}", _via_parts(edge, edge.via))


def _lines(sql: str, parts: list[str]) -> str:
    lists = [part for part in parts if part.startswith("list_transform")]
    flat = ", ".join(part for part in parts if not part.startswith("list_transform"))
    joined = f"[{flat}]" + "".join(f" || {one}" for one in lists)
    return (
        f"SELECT line FROM (SELECT unnest({joined}) AS line FROM"
        f" ({sql})) WHERE line IS NOT NULL"
    )


def _node_parts(node: NodeMap) -> list[str]:
    kind = _line("sb_iri(id)", "rdf:type", f"'<{iri(node.rdf_class)}>'")
    return [kind, *(_property_line("sb_iri(id)", one) for one in node.properties)]


def _via_parts(edge: EdgeMap, via: Via) -> list[str]:
    subject = f"sb_iri({via.column})"
    return [
        _line(subject, "rdf:type", f"'<{iri(via.rdf_class)}>'"),
        _line(subject, via.source, "sb_iri(source)"),
        _line(subject, via.target, "sb_iri(target)"),
        *(_property_line(subject, one) for one in edge.properties),
    ]


def _line(subject: str, predicate: str, value: str) -> str:
    return f"{subject} || ' <{iri(predicate)}> ' || {value} || ' .'"


def _property_line(subject: str, one: Property) -> str:
    if one.datatype == "strings":
        return f'list_transform("{one.name}", lambda one: {_line(subject, one.predicate, "sb_text(one)")})'
    return _line(subject, one.predicate, _value(one))


def _value(one: Property) -> str:
    column = f'"{one.name}"'
    if one.datatype == "string":
        return f"sb_text({column})"
    if one.datatype == "predicate":
        arms = " ".join(f"WHEN '{word}' THEN '<{iri(name)}>'" for word, name in PREDICATES.items())
        return f"CASE {column} {arms} END"
    return f"'\"' || {column}::VARCHAR || '\"^^<{iri('xsd:' + one.datatype)}>'"
