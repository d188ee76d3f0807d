// title: What an industry speaks of and no paper here does
// description: Concepts that industry documents of the domain use and that no paper uses.
// params: domain (domain)
// columns: concept, label, documents
// order: -documents, concept
MATCH (d:Document {kind: 'industry'})-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-[:USES]->(c:Concept)
WITH c, count(DISTINCT d) AS documents
OPTIONAL MATCH (p:Document {kind: 'paper'})-[:USES]->(c)
WITH c, documents, count(p) AS papers
WHERE papers = 0
RETURN c.id AS concept, c.label AS label, documents
ORDER BY documents DESC, concept
