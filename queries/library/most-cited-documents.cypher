// title: Documents that are cited most
// description: By how many documents here cite them.
// params: 
// columns: document, title, kind, year, cited_by
// order: -cited_by, document
MATCH (c:Document)-[:CITES]->(d:Document)
RETURN d.id AS document, d.title AS title, d.kind AS kind, d.year AS year, count(DISTINCT c) AS cited_by
ORDER BY cited_by DESC, document
