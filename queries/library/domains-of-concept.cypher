// title: Domains that work with a concept
// description: Domains with a layer, by how many of their documents use the concept.
// params: concept (concept)
// columns: domain, label, layer, documents
// order: -documents, domain
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
MATCH (d)-[:IN_DOMAIN]->(x:Domain)
WHERE x.layer IS NOT NULL
RETURN x.id AS domain, x.label AS label, x.layer AS layer, count(DISTINCT d) AS documents
ORDER BY documents DESC, domain
