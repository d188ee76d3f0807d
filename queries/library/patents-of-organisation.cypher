// title: Patents of an organisation
// description: Patents that an organisation of that name, or with that in its name, applied for or holds.
// params: organisation (text)
// columns: patent, title, year, name
// order: patent, name
MATCH (o:Organisation)
WHERE toLower(o.label) CONTAINS toLower($organisation)
MATCH (d:Document {kind: 'patent'})-[:APPLICANT|ASSIGNEE]->(o)
RETURN DISTINCT d.id AS patent, d.title AS title, d.year AS year, o.label AS name
ORDER BY patent, name
