// title: Patents that cite papers
// description: Every patent here that cites a paper here, with both years.
// params: 
// columns: patent, paper, patent_year, paper_year
// order: patent, paper
MATCH (a:Document {kind: 'patent'})-[:CITES]->(b:Document {kind: 'paper'})
RETURN a.id AS patent, b.id AS paper, a.year AS patent_year, b.year AS paper_year
ORDER BY patent, paper
