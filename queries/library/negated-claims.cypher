// title: Claims that somebody denies
// description: Claims with negated evidence, by how much of it there is.
// params: 
// columns: claim, subject, predicate, object, negated
// order: -negated, claim
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {polarity: 'negated'})
RETURN k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object, count(e) AS negated
ORDER BY negated DESC, claim
