// title: A domain and what lies directly below it
// description: The domains in use below a domain, with the documents that stand in each.
// params: domain (domain)
// columns: child, label, level, documents
// order: -documents, child
MATCH (x:Domain)-[:BROADER]->(:Domain {id: $domain})
OPTIONAL MATCH (d:Document)-[:IN_DOMAIN]->(x)
RETURN x.id AS child, x.label AS label, x.level AS level, count(DISTINCT d) AS documents
ORDER BY documents DESC, child
