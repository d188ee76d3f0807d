// title: Numbers beside claims about a concept
// description: Numbers with units in the sentences behind claims about the concept.
// params: concept (concept)
// columns: quantity, subject, predicate, object, document, sentence
// order: document, sentence, quantity, subject, object, predicate
MATCH (k:Claim)-[:SUBJECT|OBJECT]->(:Concept {id: $concept})
WITH DISTINCT k
MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
UNWIND e.quantities AS quantity
RETURN DISTINCT quantity, s.label AS subject, k.predicate AS predicate, o.label AS object,
       d.id AS document, e.sentence AS sentence
ORDER BY document, sentence, quantity, subject, object, predicate
