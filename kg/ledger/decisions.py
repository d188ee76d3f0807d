"""What people decide about concepts: joining forms, keeping them apart, and taking it back.

It promises that a decision is never changed or lost: it survives forgetting, reading again and
purging, and is exported on its own. It refuses to forget who decided and why; taking a decision back
is a decision too.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ids import PREFIXES, mint

if TYPE_CHECKING:
    import duckdb

VERDICTS = ("accept", "reject", "undo")


@dataclass(frozen=True)
class Decision:
    """One verdict on a pair of forms; for ``undo``, `form` is the identifier of the decision taken back."""

    decision: str
    at: str
    verdict: str
    form: str
    target: str
    who: str
    reason: str


def accept(
    connection: "duckdb.DuckDBPyConnection", form: str, target: str, who: str, reason: str = ""
) -> Decision:
    """Decide that two forms name one concept, inside the caller's transaction.

    The conclusions follow with `ingest.resolve.follow` on the same connection.

    Raises
    ------
    UsageError
        If a form or the name of who decides is missing, or the forms are the same.
    """
    return _pair(connection, "accept", (form, target), who, reason)


def reject(
    connection: "duckdb.DuckDBPyConnection", form: str, target: str, who: str, reason: str = ""
) -> Decision:
    """Decide that two forms never name one concept, by whatever way they might come together.

    Raises
    ------
    UsageError
        As `accept`.
    """
    return _pair(connection, "reject", (form, target), who, reason)


def undo(connection: "duckdb.DuckDBPyConnection", decision: str, who: str, reason: str = "") -> Decision:
    """Take a decision back; what it stood over stands again.

    Raises
    ------
    UnknownName
        If there is no such decision, or it was taken back already.
    """
    active = [held.decision for held in _active(connection)]
    if decision not in active:
        raise UnknownName("standing decision", decision, active, hint="see `kg resolve GRAPH review`")
    return _enter(connection, "undo", (decision, ""), who, reason)


def standing(connection: "duckdb.DuckDBPyConnection") -> dict[tuple[str, str], Decision]:
    """Return the latest verdict on each pair (smaller form first) that was not taken back."""
    found: dict[tuple[str, str], Decision] = {}
    for held in _active(connection):
        found[min(held.form, held.target), max(held.form, held.target)] = held
    return found


def forms(connection: "duckdb.DuckDBPyConnection") -> set[str]:
    """Return every form a decision was ever about."""
    rows = connection.execute("SELECT form, target FROM decision WHERE verdict <> 'undo'").fetchall()
    return {form for row in rows for form in row}


def is_thing(name: str) -> bool:
    """Tell whether a decision's name is the identifier of a document, organisation or person, not a form.

    Examples
    --------
    >>> is_thing("doi:10.5555/a"), is_thing("heat pipe"), is_thing("ratio 1:2")
    (True, False, False)
    """
    prefix, colon, local = name.partition(":")
    return bool(colon and local) and prefix in PREFIXES and prefix != "concept" and " " not in name


def of_things(pair: tuple[str, str]) -> bool:
    """Tell whether a decision is about documents, organisations or people."""
    return is_thing(pair[0]) and is_thing(pair[1])


def export_lines(connection: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """Yield every decision as a line of JSON, in the order they were taken."""
    for held in _all(connection):
        yield json.dumps(asdict(held), ensure_ascii=False)


def import_lines(connection: "duckdb.DuckDBPyConnection", lines: Iterable[str]) -> int:
    """Add decisions exported elsewhere, and return how many were new.

    Raises
    ------
    UsageError
        If a line is not a decision; nothing is added then.
    """
    known = {held.decision for held in _all(connection)}
    incoming = [_parsed(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    fresh = {held.decision: held for held in incoming if held.decision not in known}
    for held in fresh.values():
        _insert(connection, held)
    return len(fresh)


def _pair(
    connection: "duckdb.DuckDBPyConnection", verdict: str, pair: tuple[str, str], who: str, reason: str
) -> Decision:
    if not all(pair) or pair[0] == pair[1]:
        raise UsageError(
            f"nothing to decide between {pair[0]!r} and {pair[1]!r}", expected="two different forms"
        )
    return _enter(connection, verdict, pair, who, reason)


def _enter(
    connection: "duckdb.DuckDBPyConnection", verdict: str, pair: tuple[str, str], who: str, reason: str
) -> Decision:
    if not who:
        raise UsageError("nobody decides this", expected="the name of who decides")
    at = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    held = Decision(mint("decision", verdict, *pair, who, reason, at), at, verdict, *pair, who, reason)
    _insert(connection, held)
    return held


def _insert(connection: "duckdb.DuckDBPyConnection", held: Decision) -> None:
    connection.execute(
        "INSERT INTO decision VALUES (?, ?::TIMESTAMP, ?, ?, ?, ?, ?)",
        [held.decision, held.at, held.verdict, held.form, held.target, held.who, held.reason],
    )


def _all(connection: "duckdb.DuckDBPyConnection") -> list[Decision]:
    rows = connection.execute(
        "SELECT decision, strftime(\"at\", '%Y-%m-%dT%H:%M:%S.%f'), verdict, form, target, who, reason"
        ' FROM decision ORDER BY "at", decision'
    ).fetchall()
    return [Decision(*row) for row in rows]


def _active(connection: "duckdb.DuckDBPyConnection") -> list[Decision]:
    held = _all(connection)
    undone = {one.form for one in held if one.verdict == "undo"}
    return [one for one in held if one.verdict != "undo" and one.decision not in undone]


def _parsed(line: str, number: int) -> Decision:
    expected = "an object with decision, at, verdict, form, target, who and reason, as `kg export` writes it"
    try:
        entry = json.loads(line)
        held = Decision(**entry)
        datetime.fromisoformat(held.at)
    except (ValueError, TypeError) as error:
        raise UsageError(f"not a decision: {error}", where=f"line {number}", expected=expected) from error
    if held.verdict not in VERDICTS or not all(isinstance(value, str) for value in entry.values()):
        raise UsageError(f"not a decision: {line[:80]!r}", where=f"line {number}", expected=expected)
    return held
