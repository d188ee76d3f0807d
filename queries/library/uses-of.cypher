// title: What something is used for
// description: What documents say, affirmed and unhedged, the concept is used for, addresses or improves; by pieces of evidence.
// params: concept (concept)
// columns: purpose, label, predicate, evidence
// order: -evidence, purpose, predicate
MATCH (c:Concept {id: $concept})-[:USED_FOR|ADDRESSES|IMPROVES]->(p:Concept)
WITH DISTINCT c, p
MATCH (c)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(p)
WHERE k.predicate IN ['used-for', 'addresses', 'improves']
RETURN p.id AS purpose, p.label AS label, k.predicate AS predicate, k.evidence AS evidence
ORDER BY evidence DESC, purpose, predicate
