// title: Claims of one kind
// description: Every claim with that predicate, by pieces of evidence.
// params: predicate (predicate, default used-for)
// columns: claim, subject, object, evidence
// order: -evidence, claim
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim {predicate: $predicate})-[:OBJECT]->(o:Concept)
RETURN k.id AS claim, s.label AS subject, o.label AS object, k.evidence AS evidence
ORDER BY evidence DESC, claim
