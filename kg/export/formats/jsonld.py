"""JSON-LD: one object a subject, sorted, one to a line."""

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silobridge.kg.export.formats.ttl import short
from silobridge.kg.export.lines import literal, sorted_lines, subjects
from silobridge.kg.mapping.triples import NAMES, iri

if TYPE_CHECKING:
    import duckdb

TITLE = "JSON-LD"
FOLDER = False

# A simple term is a prefix only when its IRI ends in one of these (JSON-LD 1.1, section 4.1.5).
_PREFIXES = {prefix: base for prefix, base in NAMES.items() if base[-1] in ":/?#[]@"}
_TYPE = iri("rdf:type")


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write the staged graph as JSON-LD, subject by subject."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"@context": ' + json.dumps(_PREFIXES, sort_keys=True) + ',\n"@graph": [')
        separator = "\n"
        for subject, pairs in subjects(sorted_lines(connection, out)):
            file.write(separator + json.dumps(_object(subject, pairs), ensure_ascii=False))
            separator = ",\n"
        file.write("\n]}\n")


def _object(subject: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    made: dict[str, Any] = {"@id": _name(subject)}
    for predicate, group in groupby(pairs, key=lambda pair: pair[0]):
        values = [value for _, value in group]
        if predicate == _TYPE:
            made["@type"] = [_name(value[1:-1]) for value in values]
        else:
            made[_name(predicate)] = [_value(value) for value in values]
    return made


def _value(value: str) -> Any:
    if value.startswith("<"):
        return {"@id": _name(value[1:-1])}
    text, datatype = literal(value)
    return {"@value": text, "@type": _name(datatype)} if datatype else text


def _name(value: str) -> str:
    written = short(value)
    if written.startswith("<") or written.partition(":")[0] not in _PREFIXES:
        return value
    return written
