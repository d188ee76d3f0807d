// title: Documents that stand in a domain
// description: Every document classified in the domain or below it, or reached by a crosswalk, from a year on.
// params: domain (domain); since (int, default 0)
// columns: document, title, year
// order: document
MATCH (d:Document)-[:IN_DOMAIN]->(:Domain {id: $domain})
WHERE coalesce(d.year, 0) >= $since
RETURN d.id AS document, d.title AS title, d.year AS year
ORDER BY document
