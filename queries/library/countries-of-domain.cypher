// title: Countries active in a domain
// description: By documents that stand in the domain.
// params: domain (domain)
// columns: country, label, documents
// order: -documents, country
MATCH (d:Document)-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-[:IN_PLACE]->(x:Domain)
RETURN x.id AS country, x.label AS label, count(DISTINCT d) AS documents
ORDER BY documents DESC, country
