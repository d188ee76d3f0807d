// title: The bridges and silos that were kept
// description: Every kept list with its findings in order; gone counts documents a finding rests on that were forgotten or replaced since.
// params:
// columns: list, rank, finding, kind, label, score, gone
// order: list, rank
MATCH (s:Saved)-[l:LISTS]->(f)
RETURN s.label AS list, l.rank AS rank, f.id AS finding, f.findingKind AS kind, f.label AS label, l.score AS score,
       l.gone AS gone
ORDER BY list, rank
