// title: What is cited most and not here
// description: Identifiers that documents cite and that no document here bears.
// params: 
// columns: identifier, documents
// order: -documents, identifier
MATCH (d:Document)-[:CITES]->(x:Outside)
RETURN x.id AS identifier, count(DISTINCT d) AS documents
ORDER BY documents DESC, identifier
