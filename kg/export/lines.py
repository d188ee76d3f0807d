"""All triples of a graph as sorted lines, without holding them.

It promises code-point order and no line twice. It refuses to hold more than a line of each map at a time:
the columnar engine sorts, within its memory bound, and the sorted runs are merged.
"""

import heapq
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from silobridge.kg.mapping.triples import triple_queries

if TYPE_CHECKING:
    import duckdb

_LINE = re.compile(r"<([^>]*)> <([^>]*)> (.*) \.$", re.DOTALL)
_LITERAL = re.compile(r'("(?:[^"\\]|\\.)*")(?:\^\^<([^>]*)>)?$', re.DOTALL)


def sorted_lines(connection: "duckdb.DuckDBPyConnection", beside: Path) -> Iterator[str]:
    """Yield every line of N-Triples once, in code-point order, each with its newline.

    Parameters
    ----------
    connection
        A connection on staged rows, prepared for triples.
    beside
        The sorted runs lie in a temporary folder next to this path, which has room for the result.
    """
    raw = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
    with TemporaryDirectory(dir=beside.parent, prefix=".runs-") as folder, ExitStack() as open_files:
        runs = []
        for number, query in enumerate(triple_queries(connection)):
            run = Path(folder) / f"{number}.nt"
            quoted = str(run).replace("'", "''")
            connection.execute(f"COPY (SELECT line FROM ({query}) ORDER BY line) TO '{quoted}' {raw}")
            runs.append(open_files.enter_context(run.open(encoding="utf-8", newline="\n")))
        for line, _ in groupby(heapq.merge(*runs)):
            yield line


def subjects(lines: Iterator[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Group sorted lines by subject: its IRI, and its pairs of predicate IRI and written object."""
    for subject, group in groupby((parts(line) for line in lines), key=lambda one: one[0]):
        yield subject, [(predicate, value) for _, predicate, value in group]


def parts(line: str) -> tuple[str, str, str]:
    """Split a line of N-Triples into subject IRI, predicate IRI and the object as written.

    Examples
    --------
    >>> parts('<urn:a> <urn:b> "c d" .')
    ('urn:a', 'urn:b', '"c d"')
    """
    match = _LINE.match(line.rstrip("\n"))
    if match is None:
        raise ValueError(f"not a line of our N-Triples: {line!r}")
    subject, predicate, value = match.groups()
    return subject, predicate, value


def literal(value: str) -> tuple[str, str]:
    r"""Give the text and the datatype IRI of a written literal; the datatype is empty for plain text.

    Examples
    --------
    >>> literal(r'"a \"b\""'), literal('"1"^^<urn:int>')
    (('a "b"', ''), ('1', 'urn:int'))
    """
    match = _LITERAL.match(value)
    if match is None:
        raise ValueError(f"not a literal of ours: {value!r}")
    return str(json.loads(match.group(1), strict=False)), match.group(2) or ""
