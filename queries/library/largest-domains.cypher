// title: Where most documents stand
// description: Domains of a layer (science, patent, industry) by documents.
// params: layer (text, default science)
// columns: domain, label, level, documents
// order: -documents, domain
MATCH (d:Document)-[:IN_DOMAIN]->(x:Domain {layer: $layer})
RETURN x.id AS domain, x.label AS label, x.level AS level, count(DISTINCT d) AS documents
ORDER BY documents DESC, domain
