// title: Countries whose documents use a concept
// description: By documents; a document has the countries of the people and organisations behind it.
// params: concept (concept)
// columns: country, label, documents
// order: -documents, country
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
MATCH (d)-[:IN_PLACE]->(x:Domain)
RETURN x.id AS country, x.label AS label, count(DISTINCT d) AS documents
ORDER BY documents DESC, country
