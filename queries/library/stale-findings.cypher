// title: Kept findings that have lost documents
// description: Findings whose documents were forgotten or replaced since they were kept, the most first; find them again to be sure.
// params:
// columns: finding, label, list, gone
// order: -gone, finding, list
MATCH (s:Saved)-[l:LISTS]->(f)
WHERE l.gone > 0
RETURN f.id AS finding, f.label AS label, s.label AS list, l.gone AS gone
ORDER BY gone DESC, finding, list
