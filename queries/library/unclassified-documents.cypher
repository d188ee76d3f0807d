// title: Documents that stand in no domain
// description: Documents without a classification, which no bridge or silo can count.
// params: 
// columns: document, title, kind
// order: document
MATCH (d:Document)
WHERE NOT EXISTS { (d)-[:IN_DOMAIN]->(:Domain) }
RETURN d.id AS document, d.title AS title, d.kind AS kind
ORDER BY document
