"""Which documents, organisations and people are one: conclusions from keys, records and what people decided.

It promises that every conclusion has a reason somebody can check, that following a change gives the same
conclusions as working them out anew, and that nothing is deleted: of documents that are one, the one with
the smallest identifier stands for all. It refuses to join what the weights leave open: such pairs are kept
as undecided.

Only pairs that share a key are compared (`kg.linking.blocks`), and only things whose keys changed, with
those they shared a key or a conclusion with, are looked at again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from silobridge.ingest.components import joined
from silobridge.ingest.pairs import Pair
from silobridge.kg.ledger import decisions, links
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.ledger.store import last_position
from silobridge.kg.linking import blocks, organisations, persons, records

if TYPE_CHECKING:
    import duckdb

TEXT = 4_000
"""Characters of a text that are compared."""

OPEN_PAIRS = 10
"""Undecided pairs kept for one thing: the likeliest."""

REGISTERS = ("ror", "lei", "cik", "orcid")
"""Two entries of one of these are two organisations or people, surest first."""

Marks = dict[str, dict[str, str]]
Found = tuple[list[Pair], list[Pair], Marks]
"""Pairs accepted, pairs left open, and the marks of which a group holds one only."""

Judge = Callable[["duckdb.DuckDBPyConnection", set[tuple[str, str]]], Found]


class Sort(NamedTuple):
    """A sort of things: under which keys they stand, where their conclusions are kept, and who judges a pair."""

    name: str
    keys: str
    table: str
    thing: str
    target: str
    judge: Judge


def conclude_links(connection: "duckdb.DuckDBPyConnection") -> int:
    """Work every conclusion out anew, inside the caller's transaction, and return how many things changed."""
    links.recount(connection)
    return follow_links(connection, decisions.forms(connection))


def follow_links(connection: "duckdb.DuckDBPyConnection", decided: Collection[str]) -> int:
    """Bring the conclusions up to what changed, and return how many things that changed.

    Near-linear in the rows of `link_key` that share a key with what changed.

    Parameters
    ----------
    connection
        A writing connection.
    decided
        What people decided about since; names of concepts among them are left to `ingest.resolve`.
    """
    judged = {
        pair: verdict for pair, verdict in decisions.standing(connection).items() if decisions.of_things(pair)
    }
    things = {name for name in decided if decisions.is_thing(name)}
    if not links.changed(connection) and not things:
        return 0
    moved = 0
    for sort in SORTS:
        scope = _scope(connection, sort, things)
        if scope:
            moved += _conclude(connection, sort, scope, judged)
    links.settle(connection)
    return moved


def _scope(connection: "duckdb.DuckDBPyConnection", sort: Sort, decided: Collection[str]) -> set[str]:
    """Collect what may change: what changed, what shares a key with it, and what was concluded with either."""
    rows = connection.execute(
        f"""
        WITH moved AS (SELECT DISTINCT key FROM link_key WHERE NOT settled AND sort IN ({sort.keys}))
        SELECT DISTINCT thing FROM link_key WHERE NOT settled AND sort IN ({sort.keys})
        UNION SELECT thing FROM link_key WHERE sort IN ({sort.keys}) AND key IN (FROM moved)
        UNION SELECT thing FROM link_key
              WHERE sort IN ({sort.keys}) AND thing IN (SELECT unnest(?::VARCHAR[]))""",
        [sorted(decided)],
    ).fetchall()
    scope: set[str] = set()
    reached = {row[0] for row in rows}
    while reached - scope:
        scope |= reached
        reached = _concluded_with(connection, sort, scope)
    return scope


def _concluded_with(connection: "duckdb.DuckDBPyConnection", sort: Sort, scope: set[str]) -> set[str]:
    rows = connection.execute(
        f"""
        WITH near AS (SELECT unnest(?::VARCHAR[]) AS thing),
             homes AS (
                 SELECT thing AS target FROM near
                 UNION SELECT {sort.target} FROM {sort.table} WHERE {sort.thing} IN (FROM near))
        SELECT target FROM homes
        UNION SELECT {sort.thing} FROM {sort.table} WHERE {sort.target} IN (FROM homes)
        UNION SELECT unnest([form, target]) FROM undecided
              WHERE how = ? AND (form IN (FROM near) OR target IN (FROM near))""",
        [sorted(scope), f"rejected {sort.name}"],
    ).fetchall()
    return {row[0] for row in rows}


def _conclude(
    connection: "duckdb.DuckDBPyConnection",
    sort: Sort,
    scope: set[str],
    judged: Mapping[tuple[str, str], "decisions.Decision"],
) -> int:
    there = _there(connection, sort, scope)
    accepted, undecided, marks = sort.judge(connection, _pairs(connection, sort, scope))
    for (one, other), verdict in judged.items():
        if verdict.verdict == "accept" and {one, other} <= there:
            said = f"{verdict.who}: {verdict.reason}" if verdict.reason else verdict.who
            accepted.append(Pair(other, one, 1.0, "accepted", said))
    apart = {pair for pair, verdict in judged.items() if verdict.verdict == "reject"}
    aliases, refused = joined(accepted, apart, marks, _rank)
    home = {pair.form: pair.target for pair in aliases}
    still = [
        pair for pair in undecided if home.get(pair.form, pair.form) != home.get(pair.target, pair.target)
    ]
    return _write(connection, sort, scope, aliases, [*_likeliest(still), *refused])


def _rank(name: str) -> tuple[int, str]:
    """Let an entry of a register stand for its group."""
    scheme = name.partition(":")[0]
    return (REGISTERS.index(scheme) if scheme in REGISTERS else len(REGISTERS)), name


def _there(connection: "duckdb.DuckDBPyConnection", sort: Sort, scope: set[str]) -> set[str]:
    rows = connection.execute(
        "SELECT DISTINCT thing FROM link_key WHERE doc IS NOT NULL AND sort = ?"
        " AND thing IN (SELECT unnest(?::VARCHAR[]))",
        [sort.name, sorted(scope)],
    ).fetchall()
    return {row[0] for row in rows}


def _pairs(connection: "duckdb.DuckDBPyConnection", sort: Sort, scope: set[str]) -> set[tuple[str, str]]:
    """Give the pairs to compare: of each block that holds something of the scope."""
    cursor = connection.execute(
        f"""
        WITH wanted AS (
            SELECT DISTINCT key FROM link_key
            WHERE doc IS NOT NULL AND sort IN ({sort.keys}) AND thing IN (SELECT unnest(?::VARCHAR[])))
        SELECT list(DISTINCT thing) FILTER (sort <> 'part'), list(DISTINCT thing) FILTER (sort = 'part')
        FROM link_key JOIN wanted USING (key) WHERE doc IS NOT NULL AND sort IN ({sort.keys})
        GROUP BY key HAVING count(DISTINCT thing) > 1""",
        [sorted(scope)],
    )
    found: set[tuple[str, str]] = set()
    for whole, parts in cursor.fetchall():
        if whole:
            found.update(blocks.pairs(whole))
            # A longer name is compared with the first that has the shorter one.
            first = min(whole)
            found.update(
                (min(first, other), max(first, other)) for other in parts or () if other not in whole
            )
    return {pair for pair in found if pair[0] in scope and pair[1] in scope}


def _likeliest(pairs: Iterable[Pair]) -> list[Pair]:
    kept: list[Pair] = []
    seen: dict[str, int] = defaultdict(int)
    for pair in sorted(pairs, key=lambda each: (-each.score, each.form, each.target)):
        if seen[pair.form] < OPEN_PAIRS:
            seen[pair.form] += 1
            kept.append(pair)
    return kept


def _documents(connection: "duckdb.DuckDBPyConnection", pairs: set[tuple[str, str]]) -> Found:
    held = {record.id: record for _, record in _records(connection, {one for pair in pairs for one in pair})}
    stages = {name: dict([records.publication(name)]) for name in held if records.publication(name)[0]}
    return *_judged(pairs, held, records.judge, ("record", "document")), stages


def _records(
    connection: "duckdb.DuckDBPyConnection", wanted: set[str]
) -> Iterable[tuple[int, records.Record]]:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE compared AS SELECT doc FROM document WHERE id IN (SELECT unnest(?::VARCHAR[]))",
        [sorted(wanted)],
    )
    return links.records(connection, "doc IN (SELECT doc FROM compared)", TEXT)


def _judged(
    pairs: set[tuple[str, str]],
    held: Mapping[str, "records.Record | persons.Person"],
    judge: Callable[..., records.Judgement],
    how: tuple[str, str],
) -> tuple[list[Pair], list[Pair]]:
    accepted: list[Pair] = []
    undecided: list[Pair] = []
    for one, other in sorted(pairs):
        if one not in held or other not in held:
            continue
        bits, verdict, reason = judge(held[one], held[other])
        score = round(1 / (1 + 2 ** -max(-60.0, min(60.0, bits))), 4)
        if verdict == "one":
            accepted.append(Pair(other, one, score, how[0], reason))
        elif verdict == "undecided":
            undecided.append(Pair(other, one, score, how[1], reason))
    return accepted, undecided


def _organisations(connection: "duckdb.DuckDBPyConnection", pairs: set[tuple[str, str]]) -> Found:
    names: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for agent, name, country, count in connection.execute(
        "SELECT agent, name, coalesce(max(nullif(country, '')), ''), count(*) FROM contribution"
        " WHERE sort = 'organisation' AND agent IN (SELECT unnest(?::VARCHAR[])) GROUP BY agent, name",
        [sorted({one for pair in pairs for one in pair})],
    ).fetchall():
        names[agent].append((-count, name, country))
    said = {agent: min(known)[1:] for agent, known in names.items()}
    accepted: list[Pair] = []
    undecided: list[Pair] = []
    renderings: list[Pair] = []
    shortened: list[Pair] = []
    for one, other in sorted(pair for pair in pairs if pair[0] in said and pair[1] in said):
        how, reason = organisations.compare(said[one], said[other])
        if how == "same":
            lacking = organisations.initial(said[one][0]) != organisations.initial(said[other][0])
            (shortened if lacking else accepted).append(Pair(other, one, 0.95, "name", reason))
        elif how == "translated":
            renderings.append(Pair(other, one, 0.9, "translated", reason))
        elif how in ("doubtful", "part"):
            undecided.append(Pair(other, one, 0.5 if how == "doubtful" else 0.2, "organisation", reason))
    for some, label in ((renderings, organisations.core), (shortened, organisations.shortest)):
        sure, rivals = _one_each(some, {agent: label(name) for agent, (name, _) in said.items()})
        accepted += sure
        undecided += rivals
    marks = {agent: _entry(agent) | _told_apart(*known) for agent, known in said.items()}
    return accepted, undecided, marks


def _one_each(pairs: list[Pair], names: Mapping[str, str]) -> tuple[list[Pair], list[Pair]]:
    """Part pairs into those whose names are each other's only one, and those that have a rival."""
    beside: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        beside[names[pair.form]].add(names[pair.target])
        beside[names[pair.target]].add(names[pair.form])
    sure: list[Pair] = []
    rivals: list[Pair] = []
    for pair in pairs:
        both = {names[pair.form], names[pair.target]}
        others = set().union(*(beside[name] for name in both)) - both
        if others:
            said = f"{pair.reason}, and so may {' and '.join(map(repr, sorted(others)))} be"
            rivals.append(Pair(pair.form, pair.target, 0.5, "organisation", said))
        else:
            sure.append(pair)
    return sure, rivals


def _entry(agent: str) -> dict[str, str]:
    """Give the register an identifier stands in, if it is one of which nobody has two entries."""
    scheme = agent.partition(":")[0]
    return {scheme: agent} if scheme in REGISTERS else {}


def _told_apart(name: str, country: str) -> dict[str, str]:
    marks = {"law": organisations.legal(name), "country": country, "initial": organisations.initial(name)}
    return {sort: mark for sort, mark in marks.items() if mark}


def _people(connection: "duckdb.DuckDBPyConnection", pairs: set[tuple[str, str]]) -> Found:
    wanted = sorted({one for pair in pairs for one in pair})
    if not wanted:
        return [], [], {}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE compared AS SELECT DISTINCT doc, agent FROM contribution"
        " WHERE sort = 'person' AND agent IN (SELECT unnest(?::VARCHAR[]))",
        [wanted],
    )
    said = connection.execute(
        """
        SELECT c.agent, list(DISTINCT x.name) FILTER (x.agent = c.agent AND x.sort = 'person'),
               list(DISTINCT x.name) FILTER (x.agent <> c.agent AND x.sort = 'person'),
               list(DISTINCT x.name) FILTER (x.sort = 'organisation' AND x.role <> 'publisher'),
               coalesce(min(d.year), 0), coalesce(max(d.year), 0)
        FROM compared c JOIN contribution x USING (doc) JOIN document d USING (doc) GROUP BY c.agent"""
    ).fetchall()
    fields = dict(
        connection.execute(
            "SELECT c.agent, list(DISTINCT m.domain) FROM compared c JOIN membership m USING (doc)"
            " JOIN domain d ON d.id = m.domain WHERE d.level IN ('subfield', 'subclass', 'category') GROUP BY c.agent"
        ).fetchall()
    )
    held = {
        agent: persons.Person(
            agent, max(names, key=lambda name: (len(name), name)),
            frozenset(persons.colleague(name) for name in others or ()), frozenset(homes or ()),
            frozenset(fields.get(agent, ())), (first, last),
        )
        for agent, names, others, homes, first, last in said if names
    }  # fmt: skip
    return *_judged(pairs, held, persons.judge, ("person", "person")), {
        agent: _entry(agent) for agent in wanted
    }


SORTS = (
    Sort("document", "'document'", "duplicate", "id", "of", _documents),
    Sort("organisation", "'organisation', 'part'", "agent_alias", "agent", "target", _organisations),
    Sort("person", "'person'", "agent_alias", "agent", "target", _people),
)


def _write(
    connection: "duckdb.DuckDBPyConnection",
    sort: Sort,
    scope: set[str],
    aliases: list[Pair],
    undecided: list[Pair],
) -> int:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE scoped AS SELECT unnest(?::VARCHAR[]) AS thing", [sorted(scope)]
    )
    import pyarrow as pa

    renamed = {"form": sort.thing, "target": sort.target}
    rows = [{renamed.get(key, key): value for key, value in vars(pair).items()} for pair in aliases]
    connection.register("incoming", pa.Table.from_pylist(rows, arrow_schema(sort.table)))
    moved = connection.execute(
        f"""
        SELECT DISTINCT unnest([thing, before, after]) AS thing FROM (
            SELECT {sort.thing} AS thing, o.{sort.target} AS before, n.{sort.target} AS after
            FROM (SELECT * FROM {sort.table} WHERE {sort.thing} IN (FROM scoped)) o
            FULL JOIN incoming n USING ({sort.thing})
            WHERE o.{sort.target} IS DISTINCT FROM n.{sort.target})"""
    ).fetchall()
    connection.execute(f"DELETE FROM {sort.table} WHERE {sort.thing} IN (FROM scoped)")
    connection.execute(f"INSERT INTO {sort.table} SELECT * FROM incoming ORDER BY ALL")
    connection.unregister("incoming")
    how = (sort.name, f"rejected {sort.name}")
    connection.execute("DELETE FROM undecided WHERE how IN (?, ?) AND form IN (FROM scoped)", list(how))
    open_rows = [vars(pair) | {"how": how[pair.how == "rejected"]} for pair in undecided]
    connection.register("incoming", pa.Table.from_pylist(open_rows, arrow_schema("undecided")))
    connection.execute("INSERT INTO undecided SELECT * FROM incoming ORDER BY ALL")
    connection.unregister("incoming")
    things = sorted({row[0] for row in moved if row[0] is not None})
    _journal(connection, sort, things)
    return len(things)


def _journal(connection: "duckdb.DuckDBPyConnection", sort: Sort, things: list[str]) -> None:
    """Say which documents are to be written again in the views: those of agents that moved."""
    if not things or sort.table != "agent_alias":
        return
    connection.execute(
        """
        INSERT INTO journal
        SELECT ? + row_number() OVER (ORDER BY d.doc), now()::TIMESTAMP,
               (SELECT coalesce(max(run), 0) FROM run), 'agents', d.id, d.doc, d.content_hash
        FROM document d WHERE d.doc IN (
            SELECT doc FROM contribution WHERE agent IN (SELECT unnest(?::VARCHAR[])))""",
        [last_position(connection), things],
    )
