// title: Kept bridges and silos of a domain
// description: Kept findings with a domain on one of their sides, and what is on the other.
// params: domain (domain)
// columns: finding, kind, label, other
// order: finding, other
MATCH (o:Domain)<-[:TO_DOMAIN]-(f)-[:FROM_DOMAIN]->(d:Domain {id: $domain})
WHERE o.id <> $domain
RETURN f.id AS finding, f.findingKind AS kind, f.label AS label, o.id AS other
UNION ALL
MATCH (o:Domain)<-[:FROM_DOMAIN]-(f)-[:TO_DOMAIN]->(d:Domain {id: $domain})
WHERE o.id <> $domain
RETURN f.id AS finding, f.findingKind AS kind, f.label AS label, o.id AS other
