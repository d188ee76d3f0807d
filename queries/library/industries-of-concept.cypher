// title: Industries that work with a concept
// description: Domains of the layer industry with their level, by how many documents that stand in them use the concept, from a year on.
// params: concept (concept); since (int, default 0)
// columns: industry, label, level, documents
// order: -documents, industry
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
WHERE coalesce(d.year, 0) >= $since
MATCH (d)-[:IN_DOMAIN]->(x:Domain {layer: 'industry'})
RETURN x.id AS industry, x.label AS label, x.level AS level, count(DISTINCT d) AS documents
ORDER BY documents DESC, industry
