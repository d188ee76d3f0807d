// title: What failed or fell short
// description: Claims about the concept that somebody denies, or that say it degrades, fails at or is limited by something, each with its sentence.
// params: concept (concept)
// columns: subject, predicate, object, polarity, document, sentence
// order: document, sentence, subject, object, predicate
MATCH (k:Claim)-[:SUBJECT|OBJECT]->(:Concept {id: $concept})
WITH DISTINCT k
MATCH (k)-[:SUBJECT]->(s:Concept), (k)-[:OBJECT]->(o:Concept)
MATCH (k)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WHERE e.polarity = 'negated' OR k.predicate IN ['degrades', 'limited-by', 'fails-at']
RETURN DISTINCT s.label AS subject, k.predicate AS predicate, o.label AS object, e.polarity AS polarity,
       d.id AS document, e.sentence AS sentence
ORDER BY document, sentence, subject, object, predicate
