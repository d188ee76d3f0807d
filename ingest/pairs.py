"""Pairs of forms that may name one concept, judged by counts.

It promises that a pair's verdict depends on the counts of its own forms only, so that a document
touches no pair it does not speak of. It refuses what a count cannot tell: everyday words, lone
letters, numbers, and spellings used for things of different types.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from silobridge.ingest.senses.model import homonyms

if TYPE_CHECKING:
    import duckdb

Verdicts = tuple[list["Pair"], list["Pair"]]
"""Pairs accepted, and pairs left undecided."""


@dataclass(frozen=True)
class Pair:
    """Two forms, how sure it is that they name one concept, and why."""

    form: str
    target: str
    score: float
    how: str
    reason: str


@dataclass(frozen=True)
class Rules:
    """When a pair is accepted.

    Parameters
    ----------
    documents
        How many documents must give a short form a long form.
    share
        Which share of the documents that define a short form must agree; so for translations, both ways.
    common
        Zipf frequency (log10 of occurrences in 10^9 words) from which a short form is an everyday word.
    candidates
        How many long forms of an undecided short form are kept.
    """

    documents: int = 2
    share: float = 0.8
    common: float = 4.0
    candidates: int = 10


def abbreviations(
    connection: "duckdb.DuckDBPyConnection", shorts: Collection[str] | None, rules: Rules
) -> Verdicts:
    """Judge short forms by how many documents give them which long form.

    Parameters
    ----------
    connection
        Any connection.
    shorts
        The forms asked about; None for all.
    rules
        When a pair is accepted.
    """
    votes: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for short, long, number in _asked(connection, _DEFINITIONS, shorts, "short"):
        script, _, long = long.partition(":")
        votes.setdefault((short, script), []).append((long, number))
    accepted: list[Pair] = []
    undecided: list[Pair] = []
    for (short, script), ((_, documents), *longs) in votes.items():
        obstacle = _obstacle(short, documents, longs[0][1] / documents if longs else 0.0, rules)
        if script == "chinese" and (short, "definition") in votes:
            obstacle = "it has an English long form, and a short form alone does not translate"
        for place, (long, number) in enumerate(longs[: rules.candidates]):
            share = round(number / documents, 4)
            said = f"{number} of {documents} defining documents expand {short!r} to {long!r}"
            if obstacle:
                undecided.append(Pair(short, long, share, "abbreviation", f"{said}; {obstacle}"))
            elif place == 0:
                accepted.append(Pair(short, long, share, "abbreviation", said))
    return accepted, undecided


_DEFINITIONS = """
    SELECT short, how || ':' || long, sum(documents)::BIGINT AS n FROM definition
    WHERE how NOT IN ('translation', 'metadata') AND {asked}
    GROUP BY short, long, how HAVING n > 0 ORDER BY short, how, long = '' DESC, n DESC, long"""


def _obstacle(short: str, documents: int, share: float, rules: Rules) -> str:
    if len(short) < 2 or not any(character.isalpha() for character in short):
        return "a lone letter or a number names too many things"
    if documents < rules.documents:
        return f"at least {rules.documents} documents must define it"
    if share < rules.share:
        return f"at least {rules.share:.0%} must agree"
    if _everyday(short, rules.common):
        return f"{short!r} is also an everyday English word"
    return ""


@cache
def _everyday(short: str, common: float) -> bool:
    # Frequency alone would forbid DNA or CNN; a word that nobody can say is no everyday word.
    if not short.isascii() or not re.search("[aeiouy]", short) or not short.isalpha():
        return False
    from wordfreq import zipf_frequency

    return float(zipf_frequency(short, "en", wordlist="small")) > common


def translations(
    connection: "duckdb.DuckDBPyConnection", forms: Collection[str] | None, rules: Rules
) -> Verdicts:
    """Judge pairs that documents give in two languages: accepted where each is the other's clear choice.

    One text that gives both names is enough. Keyword lists may be set in another order, so as many documents
    must list two names in one place as must define an abbreviation, and a text that says otherwise goes first.
    A name of several learned senses joins none: the pair does not say which it translates.
    """
    touched = None
    if forms is not None:
        near = _bilingual(connection, forms)
        touched = {form for row in near for form in row[:2]}
        if not touched:
            return [], []
    rows = _bilingual(connection, touched)
    totals: dict[tuple[str, str], int] = {}
    for short, long, how, number in rows:
        for form in (short, long):
            totals[form, how] = totals.get((form, how), 0) + number
    told = {row[:2] for row in rows if row[2] == "translation"}
    ambiguous = homonyms(connection)
    accepted: list[Pair] = []
    undecided: list[Pair] = []
    for short, long, how, number in sorted(rows):
        if forms is not None and short not in forms and long not in forms:
            continue
        if how == "metadata" and (short, long) in told:
            continue
        total = max(totals[short, how], totals[long, how])
        share = number / total
        said = f"{number} document(s) {_GIVEN[how].format(repr(short), repr(long))}"
        obstacle = ""
        if several := sorted({short, long} & ambiguous):
            obstacle = f"but {several[0]!r} means several things"
        elif share < rules.share:
            obstacle = f"and {total - number} say otherwise"
        elif how == "metadata" and any((form, "translation") in totals for form in (short, long)):
            obstacle = "but texts name them otherwise"
        elif how == "metadata" and number < rules.documents:
            obstacle = f"but at least {rules.documents} must"
        pair = Pair(short, long, round(share, 4), how, f"{said}, {obstacle}" if obstacle else said)
        (undecided if obstacle else accepted).append(pair)
    return accepted, undecided


_GIVEN = {"translation": "give {} for {}", "metadata": "list {} and {} as one keyword"}
_TRANSLATIONS = """
    SELECT short, long, how, sum(documents)::BIGINT AS n FROM definition
    WHERE how IN ('translation', 'metadata') AND {asked}
    GROUP BY short, long, how HAVING n > 0"""


def _bilingual(
    connection: "duckdb.DuckDBPyConnection", forms: Collection[str] | None
) -> set[tuple[str, str, str, int]]:
    return {
        row
        for column in ("short", "long")[: 1 if forms is None else 2]
        for row in _asked(connection, _TRANSLATIONS, forms, column)
    }


def spellings(
    connection: "duckdb.DuckDBPyConnection", forms: Collection[str] | None, rules: Rules
) -> Verdicts:
    """Judge forms with the same letters: one concept where no two are used for things of different types."""
    if forms is None:
        rows = connection.execute(
            _USES.format(asked="letters IN (SELECT letters FROM spelling GROUP BY letters"
                               " HAVING count(DISTINCT form) > 1)")
        ).fetchall()  # fmt: skip
    else:
        letters = sorted({form.replace(" ", "") for form in forms})
        rows = connection.execute(
            _USES.format(asked="letters IN (SELECT (md5_number_lower(unnest(?::VARCHAR[])) >> 1)::BIGINT)"),
            [letters],
        ).fetchall()
    groups: dict[tuple[str, ...], dict[str, list[tuple[int, str]]]] = {}
    for form, kind, number in rows:
        key = (form.replace(" ", ""), *re.findall(r"\d+", form))
        groups.setdefault(key, {}).setdefault(form, []).append((-number, kind))
    accepted: list[Pair] = []
    undecided: list[Pair] = []
    for group in groups.values():
        smallest, *others = sorted(group)
        kinds = {form: _kind(uses) for form, uses in group.items()}
        types = sorted({kind for kind in kinds.values() if kind})
        for form in others:
            said = f"the same letters as {smallest!r}"
            if len(types) > 1:
                said += f", but they are used as {' and as '.join(types)}"
                undecided.append(Pair(form, smallest, 0.5, "spelling", said))
            else:
                accepted.append(Pair(form, smallest, 1.0, "spelling", said))
    return accepted, undecided


_USES = """
    SELECT form, type, sum(mentions)::BIGINT AS n FROM spelling WHERE {asked}
    GROUP BY form, type HAVING n > 0"""


def _kind(uses: Iterable[tuple[int, str]]) -> str:
    return min(((number, kind) for number, kind in uses if kind), default=(0, ""))[1]


def _asked(
    connection: "duckdb.DuckDBPyConnection", query: str, forms: Collection[str] | None, column: str
) -> list[tuple[Any, ...]]:
    if forms is None:
        return connection.execute(query.format(asked="true")).fetchall()
    asked = f"{column} IN (SELECT unnest(?::VARCHAR[]))"
    return connection.execute(query.format(asked=asked), [sorted(forms)]).fetchall()
