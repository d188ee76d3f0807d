// title: The sentences behind a claim
// description: Every piece of evidence with its document, polarity, hedging and sentence; the surest first.
// params: claim (claim)
// columns: evidence, document, polarity, hedged, confidence, sentence
// order: -confidence, evidence
MATCH (:Claim {id: $claim})-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN e.id AS evidence, d.id AS document, e.polarity AS polarity, e.hedged AS hedged,
       e.confidence AS confidence, e.sentence AS sentence
ORDER BY confidence DESC, evidence
