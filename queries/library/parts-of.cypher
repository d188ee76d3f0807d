// title: What something consists of
// description: What documents say, affirmed and unhedged, is a part of the concept or what it is made of; by pieces of evidence.
// params: concept (concept)
// columns: part, label, predicate, evidence
// order: -evidence, part, predicate
MATCH (a:Concept)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(b:Concept)
WHERE (b.id = $concept AND k.predicate = 'part-of') OR (a.id = $concept AND k.predicate = 'made-of')
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {polarity: 'affirmed', hedged: false})
WITH DISTINCT k, CASE WHEN k.predicate = 'made-of' THEN b ELSE a END AS x
RETURN x.id AS part, x.label AS label, k.predicate AS predicate, k.evidence AS evidence
ORDER BY evidence DESC, part, predicate
