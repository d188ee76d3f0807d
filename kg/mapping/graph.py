"""The mapping: every sort of node and edge the views hold, once, for triples and for property graphs.

It promises that what one view says the other says too, under the same identifiers. It refuses to assert
a claim as an edge between its concepts unless affirmed, unhedged evidence of more than a plan stands: "X does
not improve Y" never becomes "X improves Y".
"""

from silobridge.kg.mapping import findings
from silobridge.kg.mapping.records import EdgeMap, NodeMap, Property, Via
from silobridge.kg.mapping.stage import ROLES

VOCABULARIES: dict[str, str] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "cito": "http://purl.org/spar/cito/",
}
"""Namespaces of others that the triples use."""

PREDICATES: dict[str, str] = {
    "is-a": "sb:isA",
    "part-of": "sb:partOf",
    "made-of": "sb:madeOf",
    "used-for": "sb:usedFor",
    "improves": "sb:improves",
    "degrades": "sb:degrades",
    "addresses": "sb:addresses",
    "causes": "sb:causes",
    "requires": "sb:requires",
    "produces": "sb:produces",
    "measured-by": "sb:measuredBy",
    "compared-with": "sb:comparedWith",
    "limited-by": "sb:limitedBy",
    "correlates-with": "sb:correlatesWith",
    "fails-at": "sb:failsAt",
}
"""What a claim can say: the ledger's word and its property in the triples."""

MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""The SKOS mappings a crosswalk can assert; any other is taken as related."""


def edge_type(word: str) -> str:
    """Give the property graph's spelling of a predicate.

    Examples
    --------
    >>> edge_type("used-for"), edge_type("closeMatch")
    ('USED_FOR', 'CLOSE_MATCH')
    """
    return "".join("_" + c if c.isupper() else c for c in word).replace("-", "_").upper()


NODES: tuple[NodeMap, ...] = (
    NodeMap(
        "Document", "sb:Document", "SELECT * FROM s_document",
        (
            Property("title", "dcterms:title"),
            Property("kind", "sb:kind"),
            Property("year", "sb:year", "integer"),
            Property("published", "dcterms:issued"),
            Property("language", "dcterms:language"),
            Property("licence", "dcterms:license"),
            Property("identifiers", "dcterms:identifier", "strings"),
        ),
    ),
    NodeMap(
        "Concept", "sb:Concept", "SELECT * FROM s_concept",
        (
            Property("label", "skos:prefLabel"),
            Property("form", "sb:form"),
            Property("conceptType", "sb:conceptType"),
            Property("documents", "sb:documents", "integer"),
            Property("mentions", "sb:mentions", "integer"),
        ),
    ),
    NodeMap(
        "Claim", "sb:Claim", "SELECT * FROM s_claim",
        (Property("predicate", "sb:predicate", "predicate"), Property("evidence", "sb:evidence", "integer")),
    ),
    NodeMap(
        "Evidence", "sb:Evidence", "SELECT * FROM s_evidence",
        (
            Property("sentence", "sb:sentence"),
            Property("start", "sb:start", "integer"),
            Property("stop", "sb:stop", "integer"),
            Property("polarity", "sb:polarity"),
            Property("hedged", "sb:hedged", "boolean"),
            Property("confidence", "sb:confidence", "double"),
            Property("rule", "sb:rule"),
            Property("modality", "sb:modality"),
            Property("novel", "sb:novel", "boolean"),
            Property("failure", "sb:failure"),
            Property("failureReason", "sb:failureReason"),
            Property("quantities", "sb:quantities", "strings"),
        ),
    ),
    NodeMap(
        "Domain", "sb:Domain", "SELECT * FROM s_domain",
        (
            Property("label", "skos:prefLabel"),
            Property("scheme", "sb:scheme"),
            Property("level", "sb:level"),
            Property("layer", "sb:layer"),
        ),
    ),
    *(
        NodeMap(
            label, rdf_class, f"SELECT * FROM s_agent WHERE sort = '{label.lower()}'",
            (Property("label", "rdfs:label"), Property("country", "sb:country")),
        )
        for label, rdf_class in (("Organisation", "sb:Organisation"), ("Person", "sb:Person"))
    ),
    NodeMap("Outside", "", "SELECT DISTINCT target AS id FROM s_citation WHERE NOT held"),
    *findings.NODES,
)  # fmt: skip
"""Every sort of node."""

EDGES: tuple[EdgeMap, ...] = (
    EdgeMap(
        "USES", "sb:uses", "Document", "Concept", "SELECT * FROM s_usage",
        (Property("mentions", "sb:mentions", "integer"),),
        Via("sb:Usage", "sb:usageDocument", "sb:usageConcept", when="mentions > 1"),
    ),
    EdgeMap(
        "IN_DOMAIN", "sb:inDomain", "Document", "Domain", "SELECT * FROM s_membership",
        (
            Property("weight", "sb:weight", "double"),
            Property("how", "sb:how"),
            Property("reason", "sb:reason"),
        ),
        Via("sb:Membership", "sb:membershipDocument", "sb:membershipDomain", when="how <> 'ancestor'"),
    ),
    EdgeMap(
        "IN_PLACE", "dcterms:spatial", "Document", "Domain", "SELECT * FROM s_place",
    ),
    EdgeMap(
        "CITES", "cito:cites", "Document", "Document", "SELECT * FROM s_citation WHERE held",
    ),
    EdgeMap(
        "CITES", "cito:cites", "Document", "Outside", "SELECT * FROM s_citation WHERE NOT held",
    ),
    EdgeMap(
        "SUBJECT", "sb:subject", "Claim", "Concept", "SELECT id AS source, subject AS target FROM s_claim",
    ),
    EdgeMap(
        "OBJECT", "sb:object", "Claim", "Concept", "SELECT id AS source, object AS target FROM s_claim",
    ),
    EdgeMap(
        "HAS_EVIDENCE", "sb:hasEvidence", "Claim", "Evidence",
        "SELECT claim AS source, id AS target FROM s_evidence",
    ),
    EdgeMap(
        "IN_DOCUMENT", "prov:wasDerivedFrom", "Evidence", "Document",
        "SELECT id AS source, document AS target FROM s_evidence",
    ),
    EdgeMap(
        "BROADER", "skos:broader", "Domain", "Domain",
        "SELECT id AS source, parent AS target FROM s_domain WHERE parent IS NOT NULL",
    ),
    *(
        EdgeMap(
            edge_type(word), predicate, "Concept", "Concept",
            f"SELECT subject AS source, object AS target FROM s_claim WHERE stands AND predicate = '{word}'",
        )
        for word, predicate in PREDICATES.items()
    ),
    *(
        EdgeMap(
            edge_type(role), f"sb:{role}", "Document", label,
            f"SELECT * FROM s_contribution WHERE role = '{role}' AND sort = '{label.lower()}'",
        )
        for role in ROLES
        for label in ("Organisation", "Person")
    ),
    *(
        EdgeMap(
            edge_type(match), f"skos:{match}", "Domain", "Domain",
            f"SELECT * FROM s_crosswalk WHERE split_part(predicate, ':', -1) = '{match}'",
            (
                Property("weight", "sb:weight", "double"),
                Property("reason", "sb:reason"),
                Property("condition", "sb:condition"),
            ),
            Via("sb:Crosswalk", "sb:crosswalkSource", "sb:crosswalkTarget"),
        )
        for match in MATCHES
    ),
    *findings.EDGES,
)  # fmt: skip
"""Every sort of edge."""


MAPS: tuple[NodeMap | EdgeMap, ...] = (*NODES, *EDGES)
"""Everything the views hold, nodes first."""


def node_map(label: str) -> NodeMap:
    """Give the node map of a label."""
    return next(node for node in NODES if node.label == label)
