// title: Papers that an organisation builds on
// description: Papers here that are cited by patents or industry documents of an organisation with that in its name.
// params: organisation (text)
// columns: paper, title, year, cited_by
// order: -cited_by, paper
MATCH (o:Organisation)
WHERE toLower(o.label) CONTAINS toLower($organisation)
MATCH (d:Document)-->(o)
WHERE d.kind <> 'paper'
MATCH (d)-[:CITES]->(p:Document {kind: 'paper'})
RETURN p.id AS paper, p.title AS title, p.year AS year, count(DISTINCT d) AS cited_by
ORDER BY cited_by DESC, paper
