// title: Patent classes that work with a concept
// description: Domains of the layer patent with their level, by how many documents that stand in them use the concept, from a year on.
// params: concept (concept); since (int, default 0)
// columns: class, label, level, documents
// order: -documents, class
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
WHERE coalesce(d.year, 0) >= $since
MATCH (d)-[:IN_DOMAIN]->(x:Domain {layer: 'patent'})
RETURN x.id AS class, x.label AS label, x.level AS level, count(DISTINCT d) AS documents
ORDER BY documents DESC, class
