// title: The sentences a kept finding is shown by
// description: One sentence of each document a kept finding quotes, with its place in the stored text.
// params: finding (finding)
// columns: document, sentence, start, stop
// order: document
MATCH (f)-[q:QUOTES]->(d:Document)
WHERE f.id = $finding
RETURN d.id AS document, q.sentence AS sentence, q.start AS start, q.stop AS stop
ORDER BY document
