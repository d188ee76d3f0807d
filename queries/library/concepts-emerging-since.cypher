// title: Concepts first used in or after a year
// description: Concepts in two or more documents, none of them older than the year; the most used first.
// params: since (int, default 2018)
// columns: concept, label, first, documents
// order: -documents, concept
MATCH (d:Document)-[:USES]->(c:Concept)
WHERE d.year IS NOT NULL
WITH c, min(d.year) AS first, count(DISTINCT d) AS documents
WHERE first >= $since AND documents >= 2
RETURN c.id AS concept, c.label AS label, first, documents
ORDER BY documents DESC, concept
