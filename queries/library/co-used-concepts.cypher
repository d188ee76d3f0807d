// title: Concepts used beside a concept
// description: Concepts in the same documents, by documents and by how often they are mentioned there.
// params: concept (concept)
// columns: other, label, documents, mentions
// order: -documents, other
MATCH (d:Document)-[:USES]->(c:Concept {id: $concept})
MATCH (d)-[u:USES]->(o:Concept)
WHERE o.id <> c.id
RETURN o.id AS other, o.label AS label, count(DISTINCT d) AS documents, sum(u.mentions) AS mentions
ORDER BY documents DESC, other
