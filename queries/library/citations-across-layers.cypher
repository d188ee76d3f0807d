// title: Who cites whom
// description: Citations between documents here, by the kinds of the citing and the cited.
// params: 
// columns: citing, cited, citations
// order: -citations, citing, cited
MATCH (a:Document)-[:CITES]->(b:Document)
RETURN a.kind AS citing, b.kind AS cited, count(*) AS citations
ORDER BY citations DESC, citing, cited
