// title: Concepts that two domains share
// description: Concepts used in both domains, with the number of documents on each side; the smaller of the two counts first.
// params: one (domain); other (domain)
// columns: concept, label, in_one, in_other, both
// order: -both, concept
MATCH (a:Document)-[:IN_DOMAIN]->(:Domain {id: $one})
MATCH (a)-[:USES]->(c:Concept)
WITH c, count(DISTINCT a) AS in_one
MATCH (c)<-[:USES]-(b:Document)-[:IN_DOMAIN]->(:Domain {id: $other})
WITH c, in_one, count(DISTINCT b) AS in_other
RETURN c.id AS concept, c.label AS label, in_one, in_other,
       CASE WHEN in_one < in_other THEN in_one ELSE in_other END AS both
ORDER BY both DESC, concept
