// title: Documents that cite a document
// description: Every document here that cites it, by any of its identifiers.
// params: document (document)
// columns: citing, title, kind, year
// order: citing
MATCH (c:Document)-[:CITES]->(:Document {id: $document})
RETURN c.id AS citing, c.title AS title, c.kind AS kind, c.year AS year
ORDER BY citing
