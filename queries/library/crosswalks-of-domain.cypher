// title: Where a domain maps to in other taxonomies
// description: Crosswalks from or to the domain, with weight and reason.
// params: domain (domain)
// columns: source, target, weight, reason
// order: source, target, weight
MATCH (a:Domain)-[x:EXACT_MATCH|CLOSE_MATCH|BROAD_MATCH|NARROW_MATCH|RELATED_MATCH]->(b:Domain)
WHERE a.id = $domain OR b.id = $domain
RETURN a.id AS source, b.id AS target, x.weight AS weight, x.reason AS reason
ORDER BY source, target, weight
