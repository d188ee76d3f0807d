"""From the words of a need to the concepts it names.

It promises the longest names first, each stretch of text named once, in any spelling that the normal form
folds or an alias joins. It refuses to read beyond a bounded length, and says so.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silobridge.kg.forms import normal_form
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import Matrices
from silobridge.queries.need.words import CJK, stem

if TYPE_CHECKING:
    import duckdb

LONGEST_NAME = 6
LONGEST_CHINESE = 12
CHARACTERS = 20_000
"""So much of a need is read; more is a document, which `kg offer` takes."""

_PIECE = re.compile(rf"{CJK}+|[^\s{CJK[1:-1]}]+")
_CHINESE = re.compile(CJK)
_EDGE = re.compile(r"^\W+|[\W_]+$")
_ENDS = re.compile(r"[.,;:!?)\]。，；：！？）]$")


@dataclass(frozen=True, slots=True)
class Linked:
    """A stretch of the need and the concept it names, by its column in the matrices."""

    said: str
    concept: int
    forms: tuple[str, ...]


def link(ledger: Ledger, matrices: Matrices, text: str) -> tuple[Linked, ...]:
    """Find the concepts a text names, the longest match first, each concept once, in the order they are said.

    O(words · longest name).
    """
    spans = _spans(text[:CHARACTERS])
    with ledger.reading() as connection:
        aliases = _aliases(connection, sorted({form for *_, form in spans}))
        taken: set[int] = set()
        found: dict[int, tuple[int, str]] = {}
        for start, stop, said, form in sorted(spans, key=lambda one: (one[0] - one[1], one[0])):
            if taken.intersection(range(start, stop)):
                continue
            concept = matrices.form.find(aliases.get(form, form))
            if concept < 0:
                continue
            taken.update(range(start, stop))
            found[concept] = min(found.get(concept, (start, said)), (start, said))
        members = _members(connection, [matrices.form[concept] for concept in found])
    return tuple(
        Linked(said, concept, tuple(members[matrices.form[concept]]))
        for concept, (_, said) in sorted(found.items(), key=lambda one: one[1])
    )


def _spans(text: str) -> "list[tuple[int, int, str, str]]":
    """List stretches that could be a name: first and last place, as said, as a form."""
    pieces: list[str] = []
    for match in _PIECE.finditer(text):
        pieces += list(match.group()) if _CHINESE.match(match.group()) else [match.group()]
    spans = []
    for start in range(len(pieces)):
        chinese = bool(_CHINESE.match(pieces[start]))
        for stop in range(
            start + 1, min(len(pieces), start + (LONGEST_CHINESE if chinese else LONGEST_NAME)) + 1
        ):
            if bool(_CHINESE.match(pieces[stop - 1])) != chinese:
                break
            said = _EDGE.sub("", ("" if chinese else " ").join(pieces[start:stop]))
            form = normal_form(said, "zh" if chinese else "en")
            if form and (len(form) > 1) and (stop - start > 1 or stem(form)):
                spans.append((start, stop, said, form))
            # A name does not run over the end of a sentence or a list's comma.
            if _ENDS.search(pieces[stop - 1]):
                break
    return spans


def _aliases(connection: "duckdb.DuckDBPyConnection", forms: list[str]) -> dict[str, str]:
    rows = connection.execute(
        "SELECT form, target FROM alias WHERE form IN (SELECT unnest(?::VARCHAR[]))", [forms]
    ).fetchall()
    return dict(rows)


def _members(connection: "duckdb.DuckDBPyConnection", forms: list[str]) -> dict[str, list[str]]:
    """List all forms of some concepts, so that a need in one language finds documents in the other."""
    rows = connection.execute(
        "SELECT target, form FROM alias WHERE target IN (SELECT unnest(?::VARCHAR[])) ORDER BY form", [forms]
    ).fetchall()
    members: dict[str, list[str]] = {form: [form] for form in forms}
    for target, form in rows:
        if form not in members[target]:
            members[target].append(form)
    return members
