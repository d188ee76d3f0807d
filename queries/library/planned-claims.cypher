// title: Claims about what is planned
// description: Claims that a sentence announces or foresees and does not report.
// params: 
// columns: claim, subject, predicate, object, document, sentence
// order: document, sentence, claim
MATCH (s:Concept)<-[:SUBJECT]-(k:Claim)-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence {modality: 'planned'})-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT k.id AS claim, s.label AS subject, k.predicate AS predicate, o.label AS object,
       d.id AS document, e.sentence AS sentence
ORDER BY document, sentence, claim
