// title: What causes or harms something
// description: What documents say, affirmed and unhedged, causes, degrades or limits the concept; by pieces of evidence.
// params: concept (concept)
// columns: cause, label, predicate, evidence
// order: -evidence, cause, predicate
MATCH (a:Concept)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(b:Concept)
WHERE (b.id = $concept AND k.predicate IN ['causes', 'degrades']) OR (a.id = $concept AND k.predicate = 'limited-by')
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {polarity: 'affirmed', hedged: false})
WITH DISTINCT k, CASE WHEN k.predicate = 'limited-by' THEN b ELSE a END AS x
RETURN x.id AS cause, x.label AS label, k.predicate AS predicate, k.evidence AS evidence
ORDER BY evidence DESC, cause, predicate
