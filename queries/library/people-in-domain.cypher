// title: People who write or invent in a domain
// description: Authors and inventors of documents of the domain, by documents.
// params: domain (domain)
// columns: person, name, documents
// order: -documents, person
MATCH (d:Document)-[:IN_DOMAIN]->(:Domain {id: $domain})
MATCH (d)-[:AUTHOR|INVENTOR|CONTRIBUTOR]->(p:Person)
RETURN p.id AS person, p.label AS name, count(DISTINCT d) AS documents
ORDER BY documents DESC, person
