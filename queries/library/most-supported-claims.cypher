// title: Claims that most documents make
// description: Claims by the number of documents with affirmed, unhedged evidence.
// params: minimum (int, default 1)
// columns: claim, subject, predicate, object, documents
// order: -documents, claim
MATCH (k:Claim)-[:HAS_EVIDENCE]->(e:Evidence {polarity: 'affirmed', hedged: false})-[:IN_DOCUMENT]->(d:Document)
WITH k, count(DISTINCT d) AS documents
WHERE documents >= $minimum
MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept)
RETURN k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object, documents
ORDER BY documents DESC, claim
