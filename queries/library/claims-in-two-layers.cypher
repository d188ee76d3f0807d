// title: Claims made in more than one layer
// description: Claims with evidence in at least two of papers, patents and industry documents.
// params: 
// columns: claim, subject, predicate, object, layers, documents
// order: -layers, -documents, claim
MATCH (k:Claim)-[:HAS_EVIDENCE]->(:Evidence)-[:IN_DOCUMENT]->(d:Document)
WITH k, count(DISTINCT d.kind) AS layers, count(DISTINCT d) AS documents
WHERE layers >= 2
MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept)
RETURN k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object, layers, documents
ORDER BY layers DESC, documents DESC, claim
