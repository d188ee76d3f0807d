"""Staging and mapping of kept findings: bridges and silos as nodes, with what they are about and rest on.

It promises edges only to things the views hold, whole or restricted to some findings alike. It refuses to write
a sentence that is not in the ledger now.
"""

from silobridge.kg.mapping.records import EdgeMap, NodeMap, Property, Via, minted

STAGED = (
    "s_saved", "s_finding", "s_listing", "s_about", "s_within", "s_quotation", "s_shown",
)  # fmt: skip
"""The staged tables, in the order they are made."""

NUMBERS = ("observed", "expected", "lift", "low", "high", "p", "q", "probability", "score")

ABOUT = {"source": "FROM_CONCEPT", "target": "TO_CONCEPT", "between": "THROUGH_CONCEPT"}
WITHIN = {"source": "FROM_DOMAIN", "target": "TO_DOMAIN", "reached": "REACHES_DOMAIN"}
SHOWN = {"for": "SUPPORTED_BY", "against": "CONTRADICTED_BY"}
"""From a link's role in the ledger to the type of its edge, for concepts, domains and evidence."""


def _predicate(edge: str) -> str:
    """Give the property of an edge type.

    Examples
    --------
    >>> _predicate("FROM_CONCEPT")
    'sb:fromConcept'
    """
    first, *rest = edge.lower().split("_")
    return "sb:" + first + "".join(word.capitalize() for word in rest)


LABELS = ("Bridge", "Silo")

NODES = (
    NodeMap(
        "Saved", "sb:Saved", "SELECT * FROM s_saved",
        (
            Property("label", "rdfs:label"),
            Property("title", "dcterms:title"),
            Property("asked", "sb:asked"),
            Property("nullModel", "sb:nullModel"),
            Property("tested", "sb:tested", "integer"),
        ),
    ),
    *(
        NodeMap(
            label, f"sb:{label}", f"SELECT * FROM s_finding WHERE sort = '{label.lower()}'",
            (Property("label", "rdfs:label"), Property("findingKind", "sb:findingKind")),
        )
        for label in LABELS
    ),
)  # fmt: skip

EDGES = (
    *(
        EdgeMap(
            "LISTS", "sb:lists", "Saved", label,
            f"SELECT * FROM s_listing WHERE sort = '{label.lower()}'",
            (
                Property("rank", "sb:rank", "integer"),
                *(Property(name, f"sb:{name}", "double") for name in NUMBERS),
                Property("gone", "sb:gone", "integer"),
            ),
            Via("sb:Listing", "sb:listingSaved", "sb:listingFinding"),
        )
        for label in LABELS
    ),
    *(
        EdgeMap(
            edge, _predicate(edge), label, end,
            f"SELECT * FROM {table} WHERE role = '{role}' AND sort = '{label.lower()}'",
        )
        for end, table, roles in (
            ("Concept", "s_about", ABOUT), ("Domain", "s_within", WITHIN), ("Evidence", "s_shown", SHOWN),
        )
        for role, edge in roles.items()
        for label in LABELS
    ),
    *(
        EdgeMap(
            "QUOTES", "sb:quotes", label, "Document",
            f"SELECT * FROM s_quotation WHERE sort = '{label.lower()}'",
            (
                Property("sentence", "sb:sentence"),
                Property("start", "sb:start", "integer"),
                Property("stop", "sb:stop", "integer"),
            ),
            Via("sb:Quotation", "sb:quotationFinding", "sb:quotationDocument"),
        )
        for label in LABELS
    ),
)  # fmt: skip


def queries(some: bool) -> dict[str, str]:
    """Give the staging queries: of every kept finding, or of those whose ids lie in the table ``in_findings``.

    They read ``s_admitted`` and ``s_used``, which hold at least the concepts and domains of these findings.
    """
    saved = " WHERE id IN (SELECT value FROM in_findings)" if some else ""
    where = " AND {0} IN (SELECT value FROM in_findings)" if some else ""
    sort = "split_part(l.finding, ':', 1) AS sort"
    roles = ", ".join(f"'{role}'" for role in (*ABOUT, *WITHIN, *SHOWN))
    return {
        "s_saved": f"""
            SELECT * FROM (SELECT {minted("saved", "name")} AS id, name AS label, title, parameters AS asked,
                                  null_model AS "nullModel", tested FROM saved){saved}""",
        "s_finding": f"""
            SELECT id, split_part(id, ':', 1) AS sort, min(label) AS label, min(kind) AS "findingKind"
            FROM finding WHERE true{where.format("id")} GROUP BY id""",
        "s_listing": f"""
            SELECT {minted("saved", "saved")} AS source, id AS target, split_part(id, ':', 1) AS sort, rank,
                   {", ".join(NUMBERS)}, gone, {minted("listing", "saved", "id")} AS node
            FROM finding WHERE true{where.format("id")}""",
        "s_about": f"""
            SELECT DISTINCT l.finding AS source, {minted("concept", "s.form")} AS target, l.role, {sort}
            FROM finding_link l LEFT JOIN alias a ON a.form = l.target
            JOIN s_admitted s ON s.form = coalesce(a.target, l.target)
            WHERE l.sort = 'concept' AND l.role IN ({roles}){where.format("l.finding")}""",
        "s_within": f"""
            SELECT DISTINCT l.finding AS source, l.target, l.role, {sort}
            FROM finding_link l JOIN s_used u ON u.id = l.target
            WHERE l.sort = 'domain' AND l.role IN ({roles}){where.format("l.finding")}""",
        # One edge for a pair: the first sentence quoted.
        "s_quotation": f"""
            SELECT l.finding AS source, l.target, {sort}, substr(d.text, l.start + 1, l.stop - l.start) AS sentence,
                   l.start, l.stop, {minted("quotation", "l.finding", "l.target")} AS node
            FROM finding_link l JOIN document d ON d.id = l.target
            WHERE l.sort = 'document' AND l.stop <= length(d.text){where.format("l.finding")}
            QUALIFY row_number() OVER (PARTITION BY l.finding, l.target ORDER BY l.ordinal, l.saved) = 1""",
        "s_shown": f"""
            SELECT DISTINCT l.finding AS source, l.target, l.role, {sort}
            FROM finding_link l JOIN (
                SELECT {minted("evidence", "d.id", "x.start::VARCHAR", "x.stop::VARCHAR", "x.subject", "x.predicate",
                                "x.object", "x.rule")} AS id
                FROM statement x JOIN document d ON d.doc = x.doc
                WHERE d.id IN (SELECT target FROM finding_link WHERE sort = 'document')) e ON e.id = l.target
            WHERE l.sort = 'evidence' AND l.role IN ({roles}){where.format("l.finding")}""",
    }  # fmt: skip


TOUCHED = """
    SELECT finding AS id FROM finding_link l LEFT JOIN alias a ON a.form = l.target
    WHERE (l.sort = 'concept' AND (l.target IN (SELECT value FROM near_forms)
                                   OR a.target IN (SELECT value FROM near_forms)))
       OR (l.sort = 'domain' AND l.target IN (SELECT value FROM near))
       OR (l.sort = 'document' AND l.target IN (SELECT value FROM changed))
    UNION SELECT value FROM kept
    ORDER BY id"""
"""The findings to write anew when documents (`changed`), domains (`near`), concepts (`near_forms`) or kept
findings themselves (`kept`) change. A piece of evidence changes with a claim, whose concepts are among the
finding's own."""

FORMS = """
    SELECT DISTINCT coalesce(a.target, l.target) FROM finding_link l LEFT JOIN alias a ON a.form = l.target
    WHERE l.sort = 'concept' AND l.finding IN (SELECT value FROM in_findings)"""
"""The concepts of the findings in ``in_findings``."""
