"""From a question in English or Chinese to the query that answers it, without a language model.

It promises that every assumption is said, that what was not understood is named, and the same reading of
the same question on the same graph. It refuses to answer what no rule fits, what two rules fit alike,
and what would change the graph.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from silobridge.queries.ask.choose import choose, fill, masked, too_little, unnamed
from silobridge.queries.ask.find import (
    find_concepts,
    find_domains,
    find_identifiers,
    find_organisations,
    find_rare,
    known_forms,
    longest,
)
from silobridge.queries.ask.record import Found, Understood, Years
from silobridge.queries.ask.suggest import suggestions
from silobridge.queries.ask.typos import Names, near_concepts, respell, unexplained
from silobridge.queries.ask.years import find_years

if TYPE_CHECKING:
    import duckdb

LONGEST = 1000
"""Characters of a question that are read."""

_WRITES = re.compile(
    r"^\W*(?:please )?(?:delete|remove|erase|drop|add|insert|update|change|merge|create)\b|删除|删掉|清空|添加|修改|更改"
)


def understand(connection: "duckdb.DuckDBPyConnection", question: str) -> Understood:
    """Say what a question asks of this graph, or why it cannot be answered.

    Parameters
    ----------
    connection
        A reading connection to the ledger.
    question
        In English or Chinese.

    Returns
    -------
    Understood
        With a query and its parameters, or with a reason and suggestions.
    """
    text = " ".join(question.split())
    if len(text) > LONGEST:
        return Understood(
            question[:80], reason=f"the question has {len(text)} characters; {LONGEST} are read"
        )
    if _WRITES.search(text.lower()):
        return Understood(text, reason="this would change the graph, and kg ask only reads")
    years, when = find_years(text, _newest(connection))
    found = _found(connection, text, when)
    corrected: list[str] = []
    if not _settled(text, found):
        names = Names.read(connection)
        respelled, corrected = respell(text, found, names)
        years, when = find_years(respelled, _newest(connection))
        found = _found(connection, respelled, when)
        if not _settled(respelled, found):
            strong = _strong(found)
            near = near_concepts(
                respelled, strong, names, lambda form: known_forms(connection, [form]).get(form, form)
            )
            found = longest([*strong, *near]) if near else found
        text = respelled
    found, narrowed = _heads(text, found)
    return _decide(connection, text, found, years, [*corrected, *narrowed])


def _newest(connection: "duckdb.DuckDBPyConnection") -> int:
    return int(connection.execute("SELECT coalesce(max(year), 0) FROM document").fetchall()[0][0])


def _found(connection: "duckdb.DuckDBPyConnection", text: str, when: Found | None) -> list[Found]:
    return longest(
        [
            *([when] if when else []),
            *find_identifiers(connection, text),
            *find_domains(text),
            *find_organisations(connection, text),
            *find_concepts(connection, text),
        ]
    )


def _settled(text: str, found: Sequence[Found]) -> bool:
    """Tell whether a rule fits and leaves no word unexplained."""
    heads, _ = _heads(text, found)
    chosen = choose(masked(text, heads), heads)
    return bool(chosen) and not chosen[0].unknown and not unexplained(text, found)


def _strong(found: Sequence[Found]) -> list[Found]:
    """Leave out concepts of one short word: they may be half of a misspelt name."""
    return [one for one in found if one.slot != "C" or " " in one.label or one.stop - one.start > 6]


def _heads(text: str, found: Sequence[Found]) -> tuple[list[Found], list[str]]:
    """Take the last of concepts that stand side by side: 'battery thermal runaway' is a thermal runaway."""
    kept: list[Found] = []
    notes = []
    for one in found:
        before = kept[-1] if kept else None
        if (
            before
            and before.slot == one.slot == "C"
            and text[before.stop : one.start].strip(" -") in ("", "的")
        ):
            notes.append(
                f"“{text[before.start : before.stop]}” before “{one.label}” was not used to narrow the answer"
            )
            kept[-1] = one
        elif not (one.slot == "C" and any(other.value == one.value for other in kept)):
            kept.append(one)
    return kept, notes


def _decide(
    connection: "duckdb.DuckDBPyConnection",
    text: str,
    found: Sequence[Found],
    years: Years,
    notes: Sequence[str],
) -> Understood:
    chosen = choose(masked(text, found), found)
    said = (*notes, *(one.note for one in found if one.note))
    if len(chosen) == 1 and not too_little(chosen[0], found):
        params, left_out = fill(chosen[0].rule, found, years)
        return Understood(
            text, chosen[0].rule.query, params, (*said, *left_out), chosen[0].unknown, tuple(found)
        )
    if not chosen:
        named = ", ".join(f"“{one.label or one.value}”" for one in found if one.slot != "Y")
        reason = (
            f"found {named}, but no question here fits what is asked"
            if named
            else "nothing in this graph is named by the question"
        )
    elif len(chosen) > 1:
        reason = "the question could mean more than one thing: " + ", ".join(one.rule.query for one in chosen)
    else:
        reason = "too much of the question was not understood: " + ", ".join(chosen[0].unknown)
    unknown = chosen[0].unknown if len(chosen) == 1 else unnamed(masked(text, found))
    rare = find_rare(connection, text) if unknown and not chosen else []
    if rare:
        reason += f"; one document only uses “{rare[0]}”, and a concept needs two, or a claim"
    elif unknown and not chosen:
        reason += ": unknown here: " + ", ".join(unknown)
    return Understood(
        text, "", {}, said, unknown, tuple(found), reason, suggestions(connection, text, found, chosen)
    )
