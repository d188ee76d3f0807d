// title: Claims about a concept
// description: Every claim whose subject or object is the concept, with its pieces of evidence; affirmed or not.
// params: concept (concept)
// columns: claim, subject, predicate, object, evidence
// order: -evidence, claim
MATCH (k:Claim)-[:SUBJECT|OBJECT]->(:Concept {id: $concept})
WITH DISTINCT k
MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept)
RETURN k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object, k.evidence AS evidence
ORDER BY evidence DESC, claim
