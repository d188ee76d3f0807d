// title: Bottlenecks that several things share
// description: What holds back or crashed more than one thing that was tried, by how many; the evidence must be affirmed and not hedged.
// params: 
// columns: bottleneck, tried, evidence
// order: -tried, bottleneck
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim {predicate: 'limited-by'})-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {polarity: 'affirmed', hedged: false})
WITH o, count(DISTINCT s) AS tried, count(DISTINCT e) AS evidence
WHERE tried > 1
RETURN o.label AS bottleneck, tried, evidence
ORDER BY tried DESC, bottleneck
