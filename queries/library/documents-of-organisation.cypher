// title: Documents of an organisation
// description: Every document that an organisation of that name, or with that in its name, has a part in.
// params: organisation (text)
// columns: document, title, kind, year, name
// order: document, name
MATCH (o:Organisation)
WHERE toLower(o.label) CONTAINS toLower($organisation)
MATCH (d:Document)-->(o)
RETURN DISTINCT d.id AS document, d.title AS title, d.kind AS kind, d.year AS year, o.label AS name
ORDER BY document, name
