// title: What is used for something
// description: What documents say, affirmed and unhedged, is used for the concept; by pieces of evidence, whatever their polarity.
// params: concept (concept)
// columns: method, label, type, evidence
// order: -evidence, method
MATCH (m:Concept)-[:USED_FOR]->(c:Concept {id: $concept})
MATCH (m)<-[:SUBJECT]-(k:Claim {predicate: 'used-for'})-[:OBJECT]->(c)
RETURN m.id AS method, m.label AS label, m.conceptType AS type, k.evidence AS evidence
ORDER BY evidence DESC, method
