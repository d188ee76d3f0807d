// title: What an organisation works with
// description: Concepts in documents that an organisation of that name, or with that in its name, has a part in.
// params: organisation (text)
// columns: concept, label, documents
// order: -documents, concept
MATCH (o:Organisation)
WHERE toLower(o.label) CONTAINS toLower($organisation)
MATCH (d:Document)-->(o)
MATCH (d)-[:USES]->(c:Concept)
RETURN c.id AS concept, c.label AS label, count(DISTINCT d) AS documents
ORDER BY documents DESC, concept
