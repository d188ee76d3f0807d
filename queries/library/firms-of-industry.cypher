// title: Firms of an industry
// description: Who filed or published the industry documents of a domain, by documents.
// params: domain (domain)
// columns: firm, label, documents
// order: -documents, firm
MATCH (d:Document {kind: 'industry'})-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-[:REGISTRANT|PUBLISHER|AUTHOR]->(o:Organisation)
RETURN o.id AS firm, o.label AS label, count(DISTINCT d) AS documents
ORDER BY documents DESC, firm
