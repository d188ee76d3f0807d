// title: Claims made with caution
// description: Claims with hedged evidence (may, might, suggests), by how much of it there is.
// params: 
// columns: claim, subject, predicate, object, hedged
// order: -hedged, claim
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {hedged: true})
RETURN k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object, count(e) AS hedged
ORDER BY hedged DESC, claim
