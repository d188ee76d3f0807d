// title: Organisations that work with a concept
// description: Organisations with a part in documents that use the concept, by documents.
// params: concept (concept)
// columns: organisation, label, country, documents
// order: -documents, organisation
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
MATCH (d)-->(o:Organisation)
RETURN o.id AS organisation, o.label AS label, o.country AS country, count(DISTINCT d) AS documents
ORDER BY documents DESC, organisation
