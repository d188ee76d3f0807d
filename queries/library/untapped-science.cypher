// title: What a discipline works with and nobody has patented or sells
// description: Concepts that papers of the discipline use and that no patent and no industry document uses, from a year on.
// params: domain (domain); since (int, default 0)
// columns: concept, label, papers
// order: -papers, concept
MATCH (p:Document {kind: 'paper'})-[:IN_DOMAIN]->(:Domain {id: $domain})
WHERE coalesce(p.year, 0) >= $since
MATCH (p)-[:USES]->(c:Concept)
WITH c, count(DISTINCT p) AS papers
OPTIONAL MATCH (o:Document)-[:USES]->(c)
WHERE o.kind IN ['patent', 'industry']
WITH c, papers, count(o) AS others
WHERE others = 0
RETURN c.id AS concept, c.label AS label, papers
ORDER BY papers DESC, concept
