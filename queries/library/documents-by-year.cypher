// title: Documents by year
// description: How many documents of each kind each year has.
// params: 
// columns: year, kind, documents
// order: year, kind
MATCH (d:Document)
WHERE d.year IS NOT NULL
RETURN d.year AS year, d.kind AS kind, count(d) AS documents
ORDER BY year, kind
