// title: Claims that are both affirmed and denied
// description: Claims with affirmed and with negated evidence, the most evenly contested first.
// params: 
// columns: claim, subject, predicate, object, affirmed, negated, both
// order: -both, claim
MATCH (k:Claim)-[:HAS_EVIDENCE]->(n:Evidence {polarity: 'negated'})
WITH k, count(n) AS negated
MATCH (k)-[:HAS_EVIDENCE]->(a:Evidence {polarity: 'affirmed'})
WITH k, negated, count(a) AS affirmed
MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept)
RETURN k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object, affirmed, negated,
       CASE WHEN affirmed < negated THEN affirmed ELSE negated END AS both
ORDER BY both DESC, claim
