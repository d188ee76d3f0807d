// title: Industries that work with what a discipline works with
// description: Concepts that papers of the discipline use and that documents of other kinds in an industry use too.
// params: domain (domain); since (int, default 0)
// columns: industry, label, concept, name, papers, documents
// order: industry, -papers, concept
MATCH (p:Document {kind: 'paper'})-[:IN_DOMAIN]->(:Domain {id: $domain})
WHERE p.year >= $since
MATCH (p)-[:USES]->(c:Concept)
WITH c, count(DISTINCT p) AS papers
MATCH (c)<-[:USES]-(d:Document)-[:IN_DOMAIN]->(i:Domain {layer: 'industry'})
WHERE d.kind <> 'paper'
RETURN i.id AS industry, i.label AS label, c.id AS concept, c.label AS name, papers, count(DISTINCT d) AS documents
ORDER BY industry, papers DESC, concept
