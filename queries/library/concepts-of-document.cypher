// title: Concepts in a document
// description: What it mentions, by how often, with the type of each.
// params: document (document)
// columns: concept, label, type, mentions
// order: -mentions, concept
MATCH (:Document {id: $document})-[u:USES]->(c:Concept)
RETURN c.id AS concept, c.label AS label, c.conceptType AS type, u.mentions AS mentions
ORDER BY mentions DESC, concept
