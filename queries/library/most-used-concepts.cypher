// title: What most documents speak of
// description: Concepts by the number of documents that use them, with the type of each.
// params: minimum (int, default 3)
// columns: concept, label, type, documents
// order: -documents, concept
MATCH (c:Concept)
WHERE c.documents >= $minimum
RETURN c.id AS concept, c.label AS label, c.conceptType AS type, c.documents AS documents
ORDER BY documents DESC, concept
