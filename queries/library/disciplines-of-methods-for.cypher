// title: Disciplines that hold methods for a purpose or against a problem
// description: Disciplines whose documents use something that is said, affirmed and unhedged, to be used for, address, improve or degrade the concept.
// params: concept (concept)
// columns: discipline, label, level, method, name, documents
// order: -documents, discipline, method
MATCH (m:Concept)-[:USED_FOR|ADDRESSES|IMPROVES|DEGRADES]->(:Concept {id: $concept})
WITH DISTINCT m
MATCH (d:Document)-[:USES]->(m)
MATCH (d)-[:IN_DOMAIN]->(x:Domain {layer: 'science'})
RETURN x.id AS discipline, x.label AS label, x.level AS level, m.id AS method, m.label AS name,
       count(DISTINCT d) AS documents
ORDER BY documents DESC, discipline, method
