"""Which sense each document means, kept up with the documents.

It promises that a document's senses are a function of the document and of what was learned, so that
adding and forgetting documents in any order ends in the same senses; and that what people kept apart
stays apart. It refuses to learn on its own account from few documents: see `keep_up`.
"""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from silobridge.ingest.senses.contexts import directions_of, uses_of
from silobridge.ingest.senses.group import nearest
from silobridge.ingest.senses.learn import homonyms, telling
from silobridge.ingest.senses.model import Sense, learned, load, store
from silobridge.ingest.senses.model import homonyms as several
from silobridge.ingest.senses.names import Namer
from silobridge.ingest.senses.spelled import families, spelled_out, spellings
from silobridge.ingest.senses.words import table
from silobridge.kg.ledger import decisions
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.ledger.store import Ledger, last_position

if TYPE_CHECKING:
    import duckdb

FIRST_AT = 1000
"""Senses are learned when a graph first holds so many documents, and when it has doubled since."""

AHEAD = 0.03
"""By how much (cosine) a sense must be nearer than the next; else the form itself is meant, undecided."""

STEP = 20_000

_FOLLOWED = "senses_followed"
_DECIDED = "senses_decided"


def follow(connection: "duckdb.DuckDBPyConnection") -> int:
    """Say what the documents mean that came since the last time, and return how many those were.

    Runs inside the caller's transaction; what was forgotten is gone with its document. After a decision
    that parts a form from one of its senses, or a new table of words, every document is looked at again.
    """
    version, _ = learned(connection)
    since = int(_meta(connection, _FOLLOWED) or 0)
    if not version:
        return 0
    if version != table().version:
        return relearn(connection)
    rows = connection.execute(
        "SELECT DISTINCT d.doc FROM journal j JOIN document d ON d.doc = j.doc"
        " WHERE j.position > ? AND j.action IN ('add', 'replace') ORDER BY 1",
        [since],
    ).fetchall()
    numbers = [int(row[0]) for row in rows]
    if numbers:
        _place(connection, _assigned(connection, numbers))
    parted = _parted(connection)
    if parted != _meta(connection, _DECIDED):
        numbers += _again(connection, parted)
    _mark(connection, last_position(connection))
    return len(numbers)


def _again(connection: "duckdb.DuckDBPyConnection", parted: str) -> list[int]:
    """Assign the documents of those forms anew about which somebody decided since."""
    before, now = (
        set(map(tuple, json.loads(held or "[]"))) for held in (_meta(connection, _DECIDED), parted)
    )
    forms = sorted({form for form, _ in before ^ now})
    rows = connection.execute(
        "SELECT DISTINCT doc FROM mention WHERE form IN (SELECT unnest(?::VARCHAR[])) ORDER BY doc", [forms]
    ).fetchall()
    numbers = [int(row[0]) for row in rows]
    if numbers:
        assign(connection, numbers)
    return numbers


def keep_up(connection: "duckdb.DuckDBPyConnection") -> int:
    """Follow; and learn the senses where they never were and the documents suffice, or have doubled."""
    _, before = learned(connection)
    row = connection.execute("SELECT count(*) FROM document").fetchone()
    documents = int(row[0]) if row else 0
    return relearn(connection) if documents >= max(FIRST_AT, 2 * before) else follow(connection)


def relearn(connection: "duckdb.DuckDBPyConnection") -> int:
    """Learn the senses anew from the documents that are there, assign all, and return how many there are.

    O(documents): a few hundred documents of a term teach it, all are assigned.
    """
    row = connection.execute("SELECT count(*) FROM document").fetchone()
    said = spelled_out(connection)
    known = families(said)
    found = homonyms(connection, {(short, doc): known[short][long] for (short, doc), long in said.items()})
    namer = Namer(connection, load(connection))
    senses = [
        sense
        for one, words in zip(found, telling(connection, found), strict=True)
        for sense in namer.senses(one, words)
    ]
    senses += spellings(said, known, {one.form for one in found})
    before = several(connection)
    store(connection, senses, int(row[0]) if row else 0)
    _reopen(connection, before ^ several(connection))
    assign(connection, None)
    return len(senses)


def learn_anew(ledger: Ledger) -> int:
    """Learn and assign the senses of a graph in one transaction, and return how many senses there are."""
    from silobridge.ingest.resolve import follow as follow_names  # which follows senses itself

    with ledger.writing() as connection:
        found = relearn(connection)
        follow_names(connection)
    return found


def _reopen(connection: "duckdb.DuckDBPyConnection", forms: set[str]) -> None:
    """Mark the names in two languages that rest on whether these forms have one meaning, to be judged again."""
    connection.execute(
        "UPDATE definition SET settled = false WHERE how IN ('translation', 'metadata')"
        " AND (short IN (SELECT unnest(?::VARCHAR[])) OR long IN (SELECT unnest(?::VARCHAR[])))",
        [sorted(forms), sorted(forms)],
    )


def assign(connection: "duckdb.DuckDBPyConnection", numbers: Sequence[int] | None) -> int:
    """Assign these documents anew, or all, and journal the concepts whose documents changed."""
    held = "true" if numbers is None else "doc IN (SELECT unnest(?::INTEGER[]))"
    given = [] if numbers is None else [list(numbers)]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE sense_before AS SELECT doc, form, target FROM sense WHERE {held}",
        given,
    )
    connection.execute(f"DELETE FROM sense WHERE {held}", given)
    if numbers is None:
        numbers = [row[0] for row in connection.execute("SELECT doc FROM document ORDER BY doc").fetchall()]
    for first in range(0, len(numbers), STEP):
        _place(connection, _assigned(connection, numbers[first : first + STEP]))
    changed = connection.execute(
        f"""
        WITH moved AS (
            SELECT form, o.target AS before, n.target AS after
            FROM sense_before o FULL JOIN (SELECT doc, form, target FROM sense WHERE {held}) n USING (doc, form)
            WHERE o.target IS DISTINCT FROM n.target)
        SELECT DISTINCT coalesce(a.target, x.form) AS form FROM (
            SELECT unnest([form, before, after]) AS form FROM moved) x
        LEFT JOIN alias a ON a.form = x.form WHERE x.form IS NOT NULL ORDER BY 1""",
        given,
    ).fetchall()
    connection.execute("DROP TABLE sense_before")
    run = connection.execute("SELECT coalesce(max(run), 0) FROM run").fetchone() or (0,)
    connection.execute(
        "INSERT INTO journal SELECT ? + row_number() OVER (), now()::TIMESTAMP, ?, 'alias', form, NULL, ''"
        " FROM (SELECT unnest(?::VARCHAR[]) AS form)",
        [last_position(connection), int(run[0]), [row[0] for row in changed]],
    )
    _mark(connection, last_position(connection))
    return len(changed)


def _assigned(connection: "duckdb.DuckDBPyConnection", numbers: Sequence[int]) -> list[dict[str, object]]:
    """Work out the senses of some documents: a row for each that is not the form itself, or undecided."""
    rows = connection.execute(
        "SELECT DISTINCT m.doc, m.form FROM mention m JOIN document d ON d.doc = m.doc"
        " WHERE m.doc BETWEEN ? AND ? AND m.doc IN (SELECT unnest(?::INTEGER[])) AND d.language <> 'zh'"
        " AND m.form IN (SELECT form FROM meaning) ORDER BY 1, 2",
        [min(numbers), max(numbers), list(numbers)],
    ).fetchall()
    if not rows:
        return []
    known = load(connection, (row[1] for row in rows))
    apart = {pair for pair, held in decisions.standing(connection).items() if held.verdict == "reject"}
    assigned: list[dict[str, object]] = [
        {"doc": doc, "form": form, "target": target, "score": 1.0, "how": "spelling"}
        for doc, form in rows
        if len(known[form]) == 1 and (target := _target(known[form], 0, apart)) != form
    ]
    uses = uses_of(connection, ((doc, form, form) for doc, form in rows if len(known[form]) > 1))
    found = directions_of(connection, uses)
    by_form: dict[str, list[int]] = {}
    for number, use in enumerate(uses):
        by_form.setdefault(use.key, []).append(number)
    for form in sorted(by_form):
        places = by_form[form]
        chosen, _, ahead = nearest(found[places], np.stack([one.centre for one in known[form]]))
        for place, number, lead in zip(places, chosen.tolist(), ahead.tolist(), strict=True):
            sure = lead >= AHEAD and bool(found[place].any())
            target = _target(known[form], number, apart) if sure else form
            if not sure or target != form:
                how = "company" if sure else "undecided"
                assigned.append(
                    {"doc": uses[place].doc, "form": form, "target": target, "score": lead, "how": how}
                )
    return assigned


def _target(senses: Sequence[Sense], number: int, apart: Iterable[tuple[str, str]]) -> str:
    """Give the concept of a sense, or the form itself where a person kept the two apart."""
    form, target = senses[number].form, senses[number].target
    return form if (min(form, target), max(form, target)) in apart else target


def _place(connection: "duckdb.DuckDBPyConnection", rows: list[dict[str, object]]) -> None:
    import pyarrow as pa

    if not rows:
        return
    connection.register("assigned_senses", pa.Table.from_pylist(rows, arrow_schema("sense")))
    connection.execute("INSERT INTO sense SELECT * FROM assigned_senses ORDER BY doc, form")
    connection.unregister("assigned_senses")


def _mark(connection: "duckdb.DuckDBPyConnection", position: int) -> None:
    for key, value in ((_FOLLOWED, str(position)), (_DECIDED, _parted(connection))):
        connection.execute("DELETE FROM meta WHERE key = ?", [key])
        connection.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def _parted(connection: "duckdb.DuckDBPyConnection") -> str:
    """Write down which forms people keep apart from which of their senses."""
    held = decisions.standing(connection)
    apart = [list(pair) for pair, one in held.items() if one.verdict == "reject"]
    rows = (
        connection.execute("SELECT DISTINCT form, target FROM meaning ORDER BY 1, 2").fetchall()
        if apart
        else []
    )
    return json.dumps([list(row) for row in rows if sorted(row) in apart], ensure_ascii=False)


def _meta(connection: "duckdb.DuckDBPyConnection", key: str) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else ""
