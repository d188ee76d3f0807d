// title: Organisations active in two domains
// description: With the number of documents in each: who already stands on both sides.
// params: one (domain); other (domain)
// columns: organisation, label, in_one, in_other
// order: organisation
MATCH (a:Document)-[:IN_DOMAIN]->(:Domain {id: $one})
MATCH (a)-->(o:Organisation)
WITH o, count(DISTINCT a) AS in_one
MATCH (b:Document)-[:IN_DOMAIN]->(:Domain {id: $other})
MATCH (b)-->(o)
RETURN o.id AS organisation, o.label AS label, in_one, count(DISTINCT b) AS in_other
ORDER BY organisation
