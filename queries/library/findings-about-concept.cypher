// title: Kept bridges and silos about a concept
// description: Kept findings that start from, lead to or pass through a concept.
// params: concept (concept)
// columns: finding, kind, label, place
// order: finding, place
MATCH (f)-[:FROM_CONCEPT]->(:Concept {id: $concept})
RETURN f.id AS finding, f.findingKind AS kind, f.label AS label, 'from' AS place
UNION ALL
MATCH (f)-[:THROUGH_CONCEPT]->(:Concept {id: $concept})
RETURN f.id AS finding, f.findingKind AS kind, f.label AS label, 'through' AS place
UNION ALL
MATCH (f)-[:TO_CONCEPT]->(:Concept {id: $concept})
RETURN f.id AS finding, f.findingKind AS kind, f.label AS label, 'to' AS place
