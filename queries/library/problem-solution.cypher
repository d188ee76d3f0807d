// title: Problems and what solves them
// description: Pairs of a problem and what a document says solves or eases it, stated or done, with the sentence.
// params: 
// columns: problem, solution, document, sentence
// order: problem, solution, document, sentence
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim {predicate: 'addresses'})-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {polarity: 'affirmed', hedged: false})-[:IN_DOCUMENT]->(d:Document)
WHERE e.modality <> 'planned'
RETURN DISTINCT o.label AS problem, s.label AS solution, d.id AS document, e.sentence AS sentence
ORDER BY problem, solution, document, sentence
