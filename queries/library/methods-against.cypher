// title: What is said to help against something
// description: What documents say, affirmed and unhedged, addresses or degrades the concept (a problem), by pieces of evidence.
// params: concept (concept)
// columns: method, label, predicate, evidence
// order: -evidence, method, predicate
MATCH (m:Concept)-[:ADDRESSES|DEGRADES]->(c:Concept {id: $concept})
WITH DISTINCT m, c
MATCH (m)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(c)
WHERE k.predicate = 'addresses' OR k.predicate = 'degrades'
RETURN m.id AS method, m.label AS label, k.predicate AS predicate, k.evidence AS evidence
ORDER BY evidence DESC, method, predicate
