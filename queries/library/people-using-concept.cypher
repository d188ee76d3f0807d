// title: People who work with a concept
// description: Authors and inventors of documents that use the concept, by documents.
// params: concept (concept)
// columns: person, name, documents
// order: -documents, person
MATCH (d:Document)-[:USES]->(:Concept {id: $concept})
MATCH (d)-[:AUTHOR|INVENTOR|CONTRIBUTOR]->(p:Person)
RETURN p.id AS person, p.label AS name, count(DISTINCT d) AS documents
ORDER BY documents DESC, person
