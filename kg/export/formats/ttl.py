"""Turtle: one block a subject, sorted, with the project's prefixes."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.export.lines import sorted_lines, subjects
from silobridge.kg.mapping.triples import NAMES

if TYPE_CHECKING:
    import duckdb

TITLE = "Turtle"
FOLDER = False

# Narrower than Turtle allows: what falls outside is written as a full IRI, which is always right.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*\Z")
_BY_LENGTH = sorted(NAMES.items(), key=lambda item: (-len(item[1]), item[0]))
_TYPED = re.compile(r'(".*")\^\^<([^>]*)>\Z', re.DOTALL)


def write(connection: "duckdb.DuckDBPyConnection", out: Path) -> None:
    """Write the staged graph as Turtle, subject by subject."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"@prefix {prefix}: <{base}> .\n" for prefix, base in sorted(NAMES.items()))
        for subject, pairs in subjects(sorted_lines(connection, out)):
            body = " ;\n    ".join(f"{short(predicate)} {_value(value)}" for predicate, value in pairs)
            file.write(f"\n{short(subject)} {body} .\n")


def short(iri: str) -> str:
    """Write an IRI with a prefix where one fits.

    Examples
    --------
    >>> short("https://w3id.org/silobridge/ns#uses"), short("urn:x")
    ('sb:uses', '<urn:x>')
    """
    for prefix, base in _BY_LENGTH:
        if iri.startswith(base) and _LOCAL.match(iri[len(base) :]):
            return f"{prefix}:{iri[len(base) :]}"
    return f"<{iri}>"


def _value(value: str) -> str:
    if value.startswith("<"):
        return short(value[1:-1])
    typed = _TYPED.match(value)
    return f"{typed.group(1)}^^{short(typed.group(2))}" if typed else value
