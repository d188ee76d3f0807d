"""From staged rows to N-Triples, in the columnar engine.

It promises lines that need no further escaping, whether they go to a bulk load or into one SPARQL update,
and identifiers spelled as `kg.ids.expand` spells them. It refuses to lose a row: an identifier whose
prefix is unknown is written under our own base instead of being dropped.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from silobridge.kg.ids import BASE, PREFIXES, expand
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
    # A variable is bound once; a literal map would be planned anew in each of some hundred places.
    connection.execute(f"SET VARIABLE sb_bases = MAP {{{bases}}}")
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO sb_encode(t) AS CASE WHEN regexp_matches(t, '{_UNSAFE}')
            THEN list_aggregate(list_transform(regexp_extract_all(t, '(?s).'), lambda c:
                     CASE WHEN regexp_matches(c, '{_UNSAFE}') THEN url_encode(c) ELSE c END), 'string_agg', '')
            ELSE t END""")
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO sb_iri(c) AS '<' || coalesce(
            getvariable('sb_bases')[split_part(c, ':', 1)] || sb_encode(substr(c, strpos(c, ':') + 1)),
            '{BASE}other/' || sb_encode(c)) || '>'""")
    connection.execute("""
        CREATE OR REPLACE TEMP MACRO sb_text(t) AS '"' || replace(replace(replace(replace(replace(
            t, '\\', '\\\\'), '"', '\\"'), chr(10), '\\n'), chr(13), '\\r'), chr(1), ' ') || '"'""")


def triple_queries(connection: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """Yield, map by map, the query whose one column is the map's lines of N-Triples.

    Maps without rows are left out: planning a query that writes identifiers costs ten times the look.
    """
    for node in NODES:
        if node.rdf_class and _any(connection, node.sql):
            yield _node_lines(node)
    for edge in EDGES:
        if _any(connection, edge.sql):
            yield _lines(f"SELECT {_iri('source')}, {_iri('target')} FROM ({edge.sql})", [
                _line("source", edge.predicate, "target")
            ])  # fmt: skip
            if edge.via:
                yield _via_lines(edge, edge.via)


def written_lines(mapped: NodeMap | EdgeMap, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines that `triple_queries` would select, for a few rows that are at hand.

    Planning such a query takes longer than writing some hundred lines here.

    Examples
    --------
    >>> from silobridge.kg.mapping.graph import EDGES
    >>> place = next(one for one in EDGES if one.type == "IN_PLACE")
    >>> list(written_lines(place, [{"source": "doi:10.5555/a", "target": "country:DE"}]))
    ['<https://doi.org/10.5555/a> <http://purl.org/dc/terms/spatial> <https://w3id.org/silobridge/country/DE> .']
    """
    if isinstance(mapped, NodeMap):
        for row in rows if mapped.rdf_class else ():
            yield from _about(_named(row["id"]), mapped.rdf_class, mapped.properties, row)
        return
    for row in rows:
        source, target = _named(row["source"]), _named(row["target"])
        yield f"{source} <{iri(mapped.predicate)}> {target} ."
        if mapped.via and row["carried"]:
            node = _named(row[mapped.via.column])
            yield f"{node} <{iri(mapped.via.source)}> {source} ."
            yield f"{node} <{iri(mapped.via.target)}> {target} ."
            yield from _about(node, mapped.via.rdf_class, mapped.properties, row)


def _about(
    subject: str, rdf_class: str, properties: Sequence[Property], row: Mapping[str, Any]
) -> Iterator[str]:
    yield f"{subject} <{iri('rdf:type')}> <{iri(rdf_class)}> ."
    for one in properties:
        value = row[one.name]
        for each in value if one.datatype == "strings" else () if value is None else (value,):
            yield f"{subject} <{iri(one.predicate)}> {_literal(one, each)} ."


def _literal(one: Property, value: Any) -> str:
    if one.datatype in ("string", "strings"):
        return '"' + str(value).translate(_ESCAPES) + '"'
    if one.datatype == "predicate":
        return f"<{iri(PREDICATES[value])}>"
    said = str(value).lower() if one.datatype == "boolean" else str(value)
    return f'"{said}"^^<{iri("xsd:" + one.datatype)}>'


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\x01": " "})


def named_iri(curie: str) -> str:
    """Give the IRI the triples use: under our own base where the prefix is unknown.

    Examples
    --------
    >>> named_iri("cpc:B64C"), named_iri("odd:x")
    ('https://w3id.org/silobridge/cpc/B64C', 'https://w3id.org/silobridge/other/odd:x')
    """
    if curie.partition(":")[0] in PREFIXES and ":" in curie:
        return expand(curie)
    return f"{BASE}other/" + expand("sb:" + curie).removeprefix(PREFIXES["sb"])


def _named(curie: str) -> str:
    return f"<{named_iri(curie)}>"


def _any(connection: "duckdb.DuckDBPyConnection", sql: str) -> bool:
    return connection.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchone() is not None


def _iri(column: str) -> str:
    return f"sb_iri({column}) AS {column}"


def _lines(sql: str, parts: list[str], lists: tuple[str, ...] = ()) -> str:
    joined = f"[{', '.join(parts)}]" + "".join(f" || {one}" for one in lists)
    return f"SELECT line FROM (SELECT unnest({joined}) AS line FROM ({sql})) WHERE line IS NOT NULL"


def _node_lines(node: NodeMap) -> str:
    parts = [_line("id", "rdf:type", f"'<{iri(node.rdf_class)}>'")]
    parts += [_line("id", one.predicate, _value(one)) for one in node.properties if one.datatype != "strings"]
    lists = tuple(
        f'list_transform("{one.name}", lambda one: {_line("id", one.predicate, "sb_text(one)")})'
        for one in node.properties
        if one.datatype == "strings"
    )
    return _lines(f"SELECT * REPLACE ({_iri('id')}) FROM ({node.sql})", parts, lists)


def _via_lines(edge: EdgeMap, via: Via) -> str:
    replaced = ", ".join(_iri(column) for column in (via.column, "source", "target"))
    parts = [
        _line(via.column, "rdf:type", f"'<{iri(via.rdf_class)}>'"),
        _line(via.column, via.source, "source"),
        _line(via.column, via.target, "target"),
        *(_line(via.column, one.predicate, _value(one)) for one in edge.properties),
    ]
    return _lines(f"SELECT * REPLACE ({replaced}) FROM ({edge.sql}) WHERE {via.when}", parts)


def _line(subject: str, predicate: str, value: str) -> str:
    return f"{subject} || ' <{iri(predicate)}> ' || {value} || ' .'"


def _value(one: Property) -> str:
    column = f'"{one.name}"'
    if one.datatype == "string":
        return f"sb_text({column})"
    if one.datatype == "predicate":
        arms = " ".join(f"WHEN '{word}' THEN '<{iri(name)}>'" for word, name in PREDICATES.items())
        return f"CASE {column} {arms} END"
    return f"'\"' || {column}::VARCHAR || '\"^^<{iri('xsd:' + one.datatype)}>'"
