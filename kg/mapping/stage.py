"""Staging: what the ledger says, as the views hold it, for everything or for a few things.

It promises temporary tables with the same columns and the same rows whether they were staged for the
whole ledger or, restricted, for the things a change touched; so that following a change and building
anew cannot differ. It refuses to write anything into the ledger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silobridge.kg.mapping import findings
from silobridge.kg.mapping.records import minted

if TYPE_CHECKING:
    import duckdb

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The things to stage.

    Parameters
    ----------
    documents
        Internal numbers of documents whose own rows are staged.
    concepts
        Forms of concepts whose counts, label and type are staged.
    whole
        Forms among them whose usages in every document are staged too.
    claims
        Subject form, predicate, object form of claims that are staged with all their evidence.
    domains
        Identifiers of domains that are staged with their catalogue edges.
    agents
        Identifiers of people and organisations whose labels are staged.
    targets
        Identifiers: every citation of one of them is staged.
    findings
        Identifiers of kept findings, and of the lists that hold them, that are staged with all their edges.
    """

    documents: tuple[int, ...] = ()
    concepts: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    claims: tuple[Triple, ...] = ()
    domains: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


def labelled(surface: str, form: str) -> str:
    """Give the SQL expression for a concept's label: how it is written most, and which sense of that it is.

    No normal form ends in a bracket, so one that does names a sense: ``cell (biology)``.

    Examples
    --------
    >>> labelled("s", "f")
    "coalesce(s || regexp_extract(f, ' [(][^()]*[)]$'), f)"
    """
    return f"coalesce({surface} || regexp_extract({form}, ' [(][^()]*[)]$'), {form})"


def numbers(column: str, values: Sequence[int]) -> str:
    """Give a condition that DuckDB answers by its zone maps: a literal list, which a joined list is not."""
    if not values:
        return "false"
    listed = ", ".join(str(int(value)) for value in values)
    return f"({column} BETWEEN {min(values)} AND {max(values)} AND {column} IN ({listed}))"


def listed(connection: "duckdb.DuckDBPyConnection", name: str, values: Iterable[str]) -> None:
    """Lay values out as a temporary one-column table."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} (value VARCHAR)")
    connection.execute(f"INSERT INTO {name} SELECT unnest(?::VARCHAR[])", [sorted(set(values))])


USED_DOMAINS = """
    WITH RECURSIVE used(id) AS (
        SELECT DISTINCT domain FROM membership
        UNION SELECT DISTINCT 'country:' || country FROM place WHERE country <> ''
        UNION SELECT d.parent FROM domain d JOIN used u ON d.id = u.id WHERE d.parent <> ''
    ) SELECT DISTINCT id FROM used"""
"""Every domain some document stands in, and their ancestors."""


def stage(connection: "duckdb.DuckDBPyConnection", scope: Scope | None = None) -> None:
    """Create the temporary tables `s_…` that the mapping reads: for everything, or for one scope.

    Costs in proportion to the scope, but for the scans that `stage_counts` makes.

    Parameters
    ----------
    connection
        A reading connection; for a scope, after `stage_counts` of its concepts.
    scope
        What to stage; None for everything.
    """
    if scope is not None:
        _lay_out(connection, scope)
    for step in (_documents, _concepts, _claims, _domains, _agents, _citations, _findings):
        for name, query in step(scope).items():
            if scope is None or name not in COUNTED:
                connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")


COUNTED = ("s_mention", "s_use", "s_admitted", "s_used")
"""Of a scope's tables, those that scan a column of a large table, and that the scope itself depends on."""


def stage_counts(connection: "duckdb.DuckDBPyConnection", forms: Iterable[str]) -> None:
    """Create, for some concepts, the tables that say who is admitted; and that of the domains in use.

    Scans two columns: the forms of the mentions and the domains of the memberships.
    """
    scope = Scope(concepts=tuple(forms))
    listed(connection, "in_concepts", scope.concepts)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE in_members AS SELECT value AS form, value AS concept FROM in_concepts
        WHERE value NOT IN (SELECT form FROM alias)
        UNION ALL SELECT a.form, a.target FROM alias a JOIN in_concepts ON a.target = value""")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE in_raw AS SELECT form FROM in_members
        UNION SELECT form FROM meaning WHERE target IN (SELECT form FROM in_members)""")
    for name, query in {**_concepts(scope), **_domains(scope)}.items():
        if name in COUNTED:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")


def _lay_out(connection: "duckdb.DuckDBPyConnection", scope: Scope) -> None:
    for name in ("whole", "domains", "agents", "targets", "findings"):
        listed(connection, f"in_{name}", getattr(scope, name))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE in_claims (subject VARCHAR, predicate VARCHAR, object VARCHAR)"
    )
    columns = [list(column) for column in zip(*scope.claims, strict=True)] or [[], [], []]
    connection.execute(
        "INSERT INTO in_claims SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        columns,
    )


def _documents(scope: Scope | None) -> dict[str, str]:
    where = "true" if scope is None else numbers("doc", scope.documents)
    joined = "true" if scope is None else numbers("x.doc", scope.documents)
    return {
        "s_document": f"""
            SELECT d.doc, d.id, d.kind, nullif(d.title, '') AS title, d.year::BIGINT AS year,
                   nullif(d.language, '') AS language, nullif(d.published, '') AS published,
                   nullif(d.licence, '') AS licence,
                   coalesce(i.identifiers, []::VARCHAR[]) AS identifiers
            FROM (SELECT * EXCLUDE text FROM document WHERE {where}) d
            LEFT JOIN (SELECT doc, list_sort(list(DISTINCT id)) AS identifiers FROM identifier
                       WHERE id <> '' AND {where} GROUP BY doc) i ON i.doc = d.doc
            ORDER BY d.doc""",
        # One edge for a pair: the strongest reason, then the first in code-point order.
        "s_membership": f"""
            SELECT d.id AS source, x.domain AS target, first(round(x.weight::DOUBLE, 6) ORDER BY {_STRONGEST}) AS weight,
                   first(x.how ORDER BY {_STRONGEST}) AS how,
                   nullif(first(x.reason ORDER BY {_STRONGEST}), '') AS reason,
                   {minted("membership", "d.id", "x.domain")} AS node
            FROM membership x JOIN s_document d ON d.doc = x.doc WHERE {joined} AND x.domain <> ''
            GROUP BY d.id, x.domain""",
        "s_place": f"""
            SELECT DISTINCT d.id AS source, 'country:' || x.country AS target
            FROM place x JOIN s_document d ON d.doc = x.doc WHERE {joined} AND x.country <> ''""",
        "s_contribution": f"""
            SELECT DISTINCT d.id AS source, x.agent AS target, {_SORT} AS sort,
                   CASE WHEN x.role IN ({_quoted(ROLES)}) THEN x.role ELSE 'contributor' END AS role
            FROM contributor x JOIN s_document d ON d.doc = x.doc WHERE {joined} AND x.agent <> ''""",
    }


_STRONGEST = "x.weight DESC, x.how, x.reason"
_SORT = """CASE WHEN split_part(x.agent, ':', 1) IN ('orcid', 'person') OR x.agent LIKE 'openalex:A%' THEN 'person'
    ELSE 'organisation' END"""

ROLES = (
    "affiliation", "applicant", "assignee", "author", "contributor", "funder", "inventor", "publisher", "registrant",
)  # fmt: skip
"""The parts an agent can have in a document; any other part is `contributor`."""


def _quoted(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def _concepts(scope: Scope | None) -> dict[str, str]:
    mentions = "SELECT doc, form, surface, type FROM reference"
    stated = "SELECT subject AS form FROM statement UNION SELECT object FROM statement"
    if scope is not None:
        mentions = """
            SELECT m.doc, i.concept AS form, m.surface, m.type
            FROM (SELECT doc, form, surface, type FROM mention WHERE form IN (SELECT form FROM in_raw)) m
            LEFT JOIN sense n ON n.doc = m.doc AND n.form = m.form
            JOIN in_members i ON i.form = coalesce(n.target, m.form)"""
        # Raw rows first, aliases after: the joins then meet a handful of rows.
        stated = """
            WITH raw AS (SELECT doc, subject, object FROM evidence WHERE subject IN (SELECT form FROM in_raw)
                         UNION SELECT doc, subject, object FROM evidence WHERE object IN (SELECT form FROM in_raw)),
                 meant AS (SELECT coalesce(p.target, r.subject) AS subject, coalesce(q.target, r.object) AS object
                           FROM raw r LEFT JOIN sense p ON p.doc = r.doc AND p.form = r.subject
                           LEFT JOIN sense q ON q.doc = r.doc AND q.form = r.object),
                 said AS (SELECT coalesce(s.target, r.subject) AS subject, coalesce(o.target, r.object) AS object
                          FROM meant r LEFT JOIN alias s ON s.form = r.subject LEFT JOIN alias o ON o.form = r.object)
            SELECT form FROM (SELECT subject AS form FROM said WHERE subject <> object
                              UNION SELECT object FROM said WHERE subject <> object)
            JOIN in_concepts ON form = value"""
    used = (
        "true"
        if scope is None
        else f"({numbers('u.doc', scope.documents)} OR u.form IN (SELECT value FROM in_whole))"
    )
    return {
        "s_mention": mentions,
        "s_use": "SELECT doc, form, count(*) AS mentions FROM s_mention GROUP BY doc, form",
        "s_admitted": f"""
            SELECT coalesce(c.form, t.form) AS form, coalesce(c.documents, 0) AS documents,
                   coalesce(c.mentions, 0)::BIGINT AS mentions
            FROM (SELECT form, count(*) AS documents, sum(mentions) AS mentions FROM s_use GROUP BY form) c
            FULL JOIN ({stated}) t ON t.form = c.form
            WHERE c.documents >= 2 OR t.form IS NOT NULL""",
        "s_concept": f"""
            SELECT {minted("concept", "a.form")} AS id, {labelled("l.label", "a.form")} AS label, a.form,
                   t.type AS "conceptType", a.documents, a.mentions
            FROM s_admitted a
            LEFT JOIN (SELECT form, first(surface ORDER BY n DESC, surface) AS label FROM (
                           SELECT form, surface, count(*) AS n FROM s_mention WHERE surface <> '' GROUP BY form, surface)
                       GROUP BY form) l ON l.form = a.form
            LEFT JOIN (SELECT form, first(type ORDER BY n DESC, type) AS type FROM (
                           SELECT form, type, count(*) AS n FROM s_mention WHERE type <> '' GROUP BY form, type)
                       GROUP BY form) t ON t.form = a.form""",
        "s_usage": f"""
            SELECT d.id AS source, {minted("concept", "u.form")} AS target, u.mentions,
                   {minted("usage", "d.id", "u.form")} AS node
            FROM s_use u JOIN s_admitted a ON a.form = u.form JOIN document d ON d.doc = u.doc WHERE {used}
            ORDER BY u.doc""",
    }


STANDS = "x.polarity = 'affirmed' AND NOT x.hedged AND x.modality <> 'planned'"
"""When a piece of evidence lets its claim be an edge between concepts."""


def _claims(scope: Scope | None) -> dict[str, str]:
    wanted = "" if scope is None else "JOIN in_claims USING (subject, predicate, object)"
    if scope is not None and not scope.claims:
        wanted = "WHERE false"
    claim = minted("claim", "x.subject", "x.predicate", "x.object")
    return {
        "s_statement": f"SELECT * FROM statement {wanted}",
        "s_claim": f"""
            SELECT {claim} AS id, {minted("concept", "x.subject")} AS subject,
                   {minted("concept", "x.object")} AS object, x.predicate,
                   count(*) AS evidence, bool_or({STANDS}) AS stands
            FROM s_statement x GROUP BY x.subject, x.predicate, x.object""",
        "s_quantities": """
            SELECT q.doc, q.sentence,
                   list_sort(list(DISTINCT substr(d.text, q.start + 1, q.stop - q.start))) AS quantities
            FROM quantity q SEMI JOIN s_statement x ON x.doc = q.doc AND x.sentence = q.sentence
            JOIN document d ON d.doc = q.doc GROUP BY q.doc, q.sentence""",
        # Two raw rows can fall together through an alias: one piece of evidence, the surer row of the two.
        "s_evidence": f"""
            SELECT {
            minted(
                "evidence",
                "d.id",
                "x.start::VARCHAR",
                "x.stop::VARCHAR",
                "x.subject",
                "x.predicate",
                "x.object",
                "x.rule",
            )
        } AS id,
                   {claim} AS claim, d.id AS document, x.start::BIGINT AS start, x.stop::BIGINT AS stop,
                   substr(d.text, coalesce(s.start, x.start) + 1,
                          coalesce(s.stop, x.stop) - coalesce(s.start, x.start)) AS sentence,
                   x.polarity, x.hedged, round(x.confidence::DOUBLE, 6) AS confidence, nullif(x.rule, '') AS rule,
                   x.modality, x.novel, nullif(x.failure, '') AS failure,
                   nullif(substr(d.text, x.reason_start + 1, x.reason_stop - x.reason_start), '') AS "failureReason",
                   coalesce(q.quantities, []::VARCHAR[]) AS quantities
            FROM s_statement x JOIN document d ON d.doc = x.doc
            LEFT JOIN sentence s ON s.doc = x.doc AND s.sentence = x.sentence
            LEFT JOIN s_quantities q ON q.doc = x.doc AND q.sentence = x.sentence
            QUALIFY row_number() OVER (PARTITION BY d.id, x.start, x.stop, x.subject, x.predicate, x.object, x.rule
                                       ORDER BY x.confidence DESC, x.polarity, x.hedged, x.sentence) = 1""",
    }


def _domains(scope: Scope | None) -> dict[str, str]:
    node = edge = "true"
    if scope is not None:
        listed = "SELECT value FROM in_domains"
        # Most changes bring no domain into use or out of it; then nothing need be scanned.
        node = f"u.id IN ({listed})" if scope.domains else "false"
        edge = f"(c.source IN ({listed}) OR c.target IN ({listed}))" if scope.domains else "false"
    return {
        "s_used": USED_DOMAINS,
        "s_domain": f"""
            SELECT u.id, coalesce(nullif(d.label, ''), u.id) AS label, nullif(d.scheme, '') AS scheme,
                   nullif(d.level, '') AS level, nullif(d.layer, '') AS layer, nullif(d.parent, '') AS parent
            FROM s_used u LEFT JOIN domain d ON d.id = u.id WHERE {node}""",
        "s_crosswalk": f"""
            SELECT c.source, c.target, c.predicate, max(round(c.weight::DOUBLE, 6)) AS weight,
                   nullif(max(c.reason), '') AS reason, nullif(max(c.condition), '') AS condition,
                   {minted("crosswalk", "c.source", "c.predicate", "c.target")} AS node
            FROM crosswalk c WHERE c.source IN (SELECT id FROM s_used) AND c.target IN (SELECT id FROM s_used)
              AND {edge} GROUP BY c.source, c.predicate, c.target""",
    }


def _agents(scope: Scope | None) -> dict[str, str]:
    where = "x.agent <> ''" + ("" if scope is None else " AND x.agent IN (SELECT value FROM in_agents)")
    if scope is not None and not scope.agents:
        where = "false"
    return {
        "s_agent": f"""
            SELECT agent AS id, first(name ORDER BY n DESC, name) AS label, min(sort) AS sort,
                   max(country) AS country
            FROM (SELECT x.agent, x.name, count(*) AS n, {_SORT} AS sort,
                         max(nullif(x.country, '')) AS country
                  FROM contributor x WHERE {where} GROUP BY x.agent, x.name) GROUP BY agent""",
    }


def _citations(scope: Scope | None) -> dict[str, str]:
    wanted = "true" if scope is None else (
        f"({numbers('c.doc', scope.documents)} OR c.target IN (SELECT value FROM in_targets))"
    )  # fmt: skip
    return {
        "s_cited": f"SELECT DISTINCT c.doc, c.target FROM citation c WHERE c.target <> '' AND {wanted}",
        # An identifier that several documents bear stands for the first of them in code-point order.
        "s_bearer": """
            SELECT name, min(id) AS id FROM (
                SELECT id AS name, id FROM document WHERE id IN (SELECT target FROM s_cited)
                UNION ALL
                SELECT i.id, d.id FROM identifier i JOIN document d ON d.doc = i.doc
                WHERE i.id IN (SELECT target FROM s_cited)) GROUP BY name""",
        "s_citation": """
            SELECT DISTINCT d.id AS source, coalesce(b.id, c.target) AS target, b.id IS NOT NULL AS held
            FROM s_cited c JOIN document d ON d.doc = c.doc LEFT JOIN s_bearer b ON b.name = c.target
            WHERE d.id <> coalesce(b.id, c.target)""",
    }


def _findings(scope: Scope | None) -> dict[str, str]:
    return findings.queries(some=scope is not None)
