// title: Documents by language
// description: How many documents of each kind are in each language.
// params: 
// columns: language, kind, documents
// order: -documents, language, kind
MATCH (d:Document)
RETURN d.language AS language, d.kind AS kind, count(d) AS documents
ORDER BY documents DESC, language, kind
