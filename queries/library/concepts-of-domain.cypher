// title: Concepts that a domain works with
// description: The concepts its documents use, by how many of them use each.
// params: domain (domain)
// columns: concept, label, documents
// order: -documents, concept
MATCH (d:Document)-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-[:USES]->(c:Concept)
RETURN c.id AS concept, c.label AS label, count(DISTINCT d) AS documents
ORDER BY documents DESC, concept
