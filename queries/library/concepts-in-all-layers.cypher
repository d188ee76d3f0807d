// title: Concepts in papers, patents and industry documents
// description: Concepts that each of the three layers uses, with the documents of each; by the smallest of the three.
// params: minimum (int, default 1)
// columns: concept, label, papers, patents, industry, least
// order: -least, concept
MATCH (a:Document {kind: 'paper'})-[:USES]->(c:Concept)
WITH c, count(DISTINCT a) AS papers
WHERE papers >= $minimum
MATCH (b:Document {kind: 'patent'})-[:USES]->(c)
WITH c, papers, count(DISTINCT b) AS patents
WHERE patents >= $minimum
MATCH (i:Document {kind: 'industry'})-[:USES]->(c)
WITH c, papers, patents, count(DISTINCT i) AS industry
WHERE industry >= $minimum
RETURN c.id AS concept, c.label AS label, papers, patents, industry,
       CASE WHEN papers < patents THEN CASE WHEN papers < industry THEN papers ELSE industry END
            ELSE CASE WHEN patents < industry THEN patents ELSE industry END END AS least
ORDER BY least DESC, concept
