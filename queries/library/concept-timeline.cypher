// title: A concept over the years
// description: Documents that use the concept, by year and kind of document.
// params: concept (concept)
// columns: year, kind, documents
// order: year, kind
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
WHERE d.year IS NOT NULL
RETURN d.year AS year, d.kind AS kind, count(DISTINCT d) AS documents
ORDER BY year, kind
