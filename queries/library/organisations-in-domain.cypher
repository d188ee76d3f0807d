// title: Organisations active in a domain
// description: Organisations with a part in documents of the domain, by documents.
// params: domain (domain)
// columns: organisation, label, country, documents
// order: -documents, organisation
MATCH (d:Document)-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-->(o:Organisation)
RETURN o.id AS organisation, o.label AS label, o.country AS country, count(DISTINCT d) AS documents
ORDER BY documents DESC, organisation
