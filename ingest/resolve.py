"""Which forms name one concept: conclusions from counts and from what people decided.

It promises that every alias has a reason somebody can check, that following a change gives the same
aliases as concluding anew, and that input order changes nothing. It refuses to merge homonyms: a short
form with two long forms, a word of everyday English, a lone letter or a number stays undecided.

The aliases are the connected parts of a graph of accepted pairs, none of which a person kept apart.
Only the parts that hold a changed form, before or after, are worked out again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from silobridge.ingest.components import joined, order
from silobridge.ingest.linking import conclude_links, follow_links
from silobridge.ingest.pairs import Pair, Rules, abbreviations, spellings, translations
from silobridge.ingest.senses.follow import follow as follow_senses
from silobridge.kg.ledger import counts, decisions
from silobridge.kg.ledger.aliases import replace_aliases
from silobridge.kg.ledger.schema import arrow_schema

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FULL_AT = 100_000
"""From this many changed counts on, concluding anew is cheaper than following."""

_DECIDED = "decisions_followed"

_OWN = "'abbreviation', 'translation', 'metadata', 'spelling', 'rejected'"
"""What is undecided about forms; `ingest.linking` keeps the rest."""


@dataclass
class _Scope:
    """The forms worked out together, with the pairs between them."""

    forms: set[str] = field(default_factory=set)
    accepted: set[Pair] = field(default_factory=set)
    undecided: set[Pair] = field(default_factory=set)

    def learn(self, pairs: tuple[Iterable[Pair], Iterable[Pair]]) -> None:
        """Take in pairs that were accepted, and pairs that were not."""
        self.accepted.update(pairs[0])
        self.undecided.update(pairs[1])


def conclude(connection: "duckdb.DuckDBPyConnection") -> int:
    """Work out every alias anew, inside the caller's transaction, and return how many concepts changed."""
    counts.recount(connection)
    return _everything(connection) + conclude_links(connection) + follow_senses(connection)


def _everything(connection: "duckdb.DuckDBPyConnection") -> int:
    scope, rules = _Scope(), Rules()
    for find in (abbreviations, translations, spellings):
        scope.learn(find(connection, None, rules))
    return _write(connection, scope, everything=True)


def follow(connection: "duckdb.DuckDBPyConnection") -> int:
    """Bring the conclusions up to what changed, and return how many concepts and linked things that changed.

    Runs inside the caller's transaction. Costs in proportion to the forms that changed and their
    concepts; beyond `FULL_AT` it concludes anew.
    """
    size = counts.changed(connection)
    decided = _decisions_to_follow(connection)
    moved = follow_links(connection, decided) + follow_senses(connection)
    if size > FULL_AT:
        counts.compact(connection)
        return moved + _everything(connection)
    if not size and not decided:
        return moved
    touched = counts.changed_forms(connection) | decided
    changed = _write(connection, _reach(connection, touched), everything=False)
    counts.settle(connection)
    return moved + changed


def _reach(connection: "duckdb.DuckDBPyConnection", touched: set[str]) -> _Scope:
    """Collect every form whose concept may change, and every pair between them."""
    scope, rules = _Scope(), Rules()
    frontier = touched
    spelled: set[str] = set()
    judged = decisions.standing(connection)
    while frontier:
        scope.forms |= frontier
        scope.learn(abbreviations(connection, frontier, rules))
        scope.learn(translations(connection, frontier, rules))
        members = _members(connection, frontier)
        # Letters bind untouched forms only where they did before, so within one old concept.
        respell = _same_letters(scope.forms | members) - spelled if spelled else frontier
        scope.learn(spellings(connection, respell, rules))
        spelled |= respell | frontier
        partners = {form for pair in scope.accepted for form in (pair.form, pair.target)}
        partners |= {pair.form for pair in scope.undecided}
        partners |= {form for pair in judged for form in pair if scope.forms & set(pair)}
        frontier = (members | partners) - scope.forms
    return scope


def _same_letters(forms: Collection[str]) -> set[str]:
    first: dict[str, str] = {}
    same: set[str] = set()
    for form in forms:
        other = first.setdefault(form.replace(" ", ""), form)
        if other != form:
            same |= {other, form}
    return same


def _members(connection: "duckdb.DuckDBPyConnection", forms: Collection[str]) -> set[str]:
    """Return the forms that so far share a concept with these, or were kept from it."""
    rows = connection.execute(
        """
        WITH asked AS (SELECT unnest(?::VARCHAR[]) AS form),
             targets AS (SELECT form AS target FROM asked
                         UNION SELECT a.target FROM alias a JOIN asked USING (form))
        SELECT target FROM targets
        UNION SELECT a.form FROM alias a JOIN targets USING (target)
        UNION SELECT unnest([u.form, u.target]) FROM undecided u
              WHERE u.how IN ('rejected', 'spelling')
                    AND (u.form IN (FROM asked) OR u.target IN (FROM asked))""",
        [sorted(forms)],
    ).fetchall()
    return {row[0] for row in rows}


def _write(connection: "duckdb.DuckDBPyConnection", scope: _Scope, *, everything: bool) -> int:
    judged = decisions.standing(connection)
    accepted = list(scope.accepted)
    for (one, other), verdict in judged.items():
        if decisions.of_things((one, other)):
            continue
        if verdict.verdict == "accept" and (everything or one in scope.forms or other in scope.forms):
            said = f"{verdict.who}: {verdict.reason}" if verdict.reason else verdict.who
            accepted.append(Pair(one, other, 1.0, "accepted", said))
    apart = {pair for pair, verdict in judged.items() if verdict.verdict == "reject"}
    aliases, refused = joined(accepted, apart)
    forms = None if everything else scope.forms
    run = connection.execute("SELECT coalesce(max(run), 0) FROM run").fetchone() or (0,)
    changed = replace_aliases(connection, _table(aliases, "alias"), int(run[0]), forms)
    rows = _table(sorted({*scope.undecided, *refused}, key=order), "undecided")
    if forms is None:
        connection.execute(f"DELETE FROM undecided WHERE how IN ({_OWN})")
    else:
        connection.execute(
            f"DELETE FROM undecided WHERE how IN ({_OWN}) AND form IN (SELECT unnest(?::VARCHAR[]))",
            [sorted(forms)],
        )
    connection.register("open_pairs", rows)
    connection.execute("INSERT INTO undecided SELECT * FROM open_pairs ORDER BY form, target, how")
    connection.unregister("open_pairs")
    connection.execute("DELETE FROM meta WHERE key = ?", [_DECIDED])
    connection.execute("INSERT INTO meta SELECT ?, count(*)::VARCHAR FROM decision", [_DECIDED])
    return changed


def _decisions_to_follow(connection: "duckdb.DuckDBPyConnection") -> set[str]:
    """Return the forms people decided about, where decisions came since the aliases were worked out."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM decision), (SELECT value FROM meta WHERE key = ?)", [_DECIDED]
    ).fetchone()
    if row is None or str(row[0]) == (row[1] or "0"):
        return set()
    return decisions.forms(connection)


def _table(pairs: Iterable[Pair], table: str) -> "pa.Table":
    import pyarrow as pa

    rows = [vars(pair) for pair in pairs]
    return pa.Table.from_pylist(rows, arrow_schema(table))
