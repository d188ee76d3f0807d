// title: Documents that use a concept
// description: Every document that mentions it, by how often, from a year on.
// params: concept (concept); since (int, default 0)
// columns: document, title, kind, year, mentions
// order: -mentions, document
MATCH (d:Document)-[u:USES]->(:Concept {id: $concept})
WHERE coalesce(d.year, 0) >= $since
RETURN d.id AS document, d.title AS title, d.kind AS kind, d.year AS year, u.mentions AS mentions
ORDER BY mentions DESC, document
