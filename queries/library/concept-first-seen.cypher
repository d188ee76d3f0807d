// title: When a concept was first seen in each layer
// description: The first year in which papers, patents and industry documents use the concept, and how many of each do.
// params: concept (concept)
// columns: kind, first, documents
// order: first, kind
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
WHERE d.year IS NOT NULL
RETURN d.kind AS kind, min(d.year) AS first, count(DISTINCT d) AS documents
ORDER BY first, kind
