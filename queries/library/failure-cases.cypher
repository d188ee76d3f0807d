// title: Failure cases
// description: What was tried and fell short, at what or held back by what, why in the sentence's words, from prose and run logs.
// params: 
// columns: failure, tried, predicate, object, reason, document, sentence
// order: document, sentence, tried, predicate, object, failure, reason
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WHERE e.failure IS NOT NULL
RETURN DISTINCT e.failure AS failure, s.label AS tried, k.predicate AS predicate, o.label AS object,
       coalesce(e.failureReason, '') AS reason, d.id AS document, e.sentence AS sentence
ORDER BY document, sentence, tried, predicate, object, failure, reason
