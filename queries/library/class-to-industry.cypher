// title: Industries that a patent class reaches
// description: Industries in which documents of the class stand too, by documents; often through a crosswalk.
// params: domain (domain)
// columns: industry, label, level, documents
// order: -documents, industry
MATCH (d:Document)-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-[:IN_DOMAIN]->(x:Domain {layer: 'industry'})
WHERE x.id <> $domain
RETURN x.id AS industry, x.label AS label, x.level AS level, count(DISTINCT d) AS documents
ORDER BY documents DESC, industry
