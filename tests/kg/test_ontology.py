"""The vocabulary says what each own term means; the shapes catch a broken graph and say so in plain words."""

import json
from importlib.resources import files

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from silobridge.kg.ids import PREFIXES
from silobridge.kg.mapping.graph import EDGES, NODES, PREDICATES, VOCABULARIES

FOLDER = files("silobridge") / "ontologies"
SB = rdflib.Namespace(PREFIXES["sb"])
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")

GOOD = """
@prefix sb: <https://w3id.org/silobridge/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix : <https://example.org/> .
:d a sb:Document ; dcterms:title "A title" ; sb:kind "paper" ; sb:year 2015 ; sb:uses :a, :b ;
    sb:inDomain :n .
:a a sb:Concept ; skos:prefLabel "graphene" ; sb:form "graphene" ; sb:conceptType "material" ;
    sb:documents 1 ; sb:mentions 2 .
:b a sb:Concept ; skos:prefLabel "conductivity" ; sb:form "conductivity" ; sb:documents 1 ; sb:mentions 1 .
:c a sb:Claim ; sb:subject :a ; sb:predicate sb:improves ; sb:object :b ; sb:evidence 1 ; sb:hasEvidence :e .
:e a sb:Evidence ; sb:sentence "Graphene improves conductivity." ; prov:wasDerivedFrom :d ;
    sb:start 9 ; sb:stop 40 ; sb:polarity "affirmed" ; sb:hedged false ; sb:modality "stated" ;
    sb:novel false ; sb:confidence 0.9e0 ; sb:rule "svo" .
:u a sb:Usage ; sb:usageDocument :d ; sb:usageConcept :a ; sb:mentions 2 .
:m a sb:Membership ; sb:membershipDocument :d ; sb:membershipDomain :n ; sb:weight 1.0e0 ;
    sb:how "crosswalk" ; sb:reason "listed" .
:n a sb:Domain ; skos:prefLabel "Manufacturing" ; sb:scheme "nace" ;
    sb:level "section" ; sb:layer "industry" .
:s a sb:Domain ; skos:prefLabel "Industry" ; sb:scheme "sic" ; sb:level "division" ; sb:layer "industry" .
:x a sb:Crosswalk ; sb:crosswalkSource :s ; sb:crosswalkTarget :n ; sb:weight 0.5e0 ; sb:reason "half" .
"""


@pytest.fixture(scope="module")
def core() -> rdflib.Graph:
    return rdflib.Graph().parse(data=(FOLDER / "core.ttl").read_text("utf-8"), format="turtle")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(data=(FOLDER / "shapes.ttl").read_text("utf-8"), format="turtle")


def own_terms(graph: rdflib.Graph) -> set[rdflib.term.Node]:
    return {s for s in graph.subjects() if str(s).startswith(str(SB)) and str(s) != str(SB)}


def messages(data: str, shapes: rdflib.Graph) -> list[str]:
    import pyshacl

    graph = rdflib.Graph().parse(data=data, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, advanced=False, inference="none")
    return sorted(str(message) for message in report.objects(None, SHACL.resultMessage))


def test_every_own_term_is_explained_in_two_languages_and_by_an_example(core):
    terms = own_terms(core)
    assert len(terms) > 60
    for term in terms:
        languages = [label.language for label in core.objects(term, RDFS.label)]
        assert sorted(languages) == ["en", "zh"], term
        for explanation in (SKOS.definition, SKOS.example):
            assert len(list(core.objects(term, explanation))) == 1, (term, explanation)
            assert str(core.value(term, explanation)).strip(), term
        assert core.value(term, RDF.type) is not None


def test_whatever_an_own_term_refers_to_is_defined(core):
    terms = own_terms(core)
    for relation in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf):
        for _, target in core.subject_objects(relation):
            assert not str(target).startswith(str(SB)) or target in terms, target


def test_the_mapping_uses_no_word_of_ours_that_is_not_defined(core):
    used = set(PREDICATES.values())
    for node in NODES:
        used |= {node.rdf_class, *(one.predicate for one in node.properties)}
    for edge in EDGES:
        used |= {edge.predicate, *(one.predicate for one in edge.properties)}
        if edge.via:
            used |= {edge.via.rdf_class, edge.via.source, edge.via.target}
    defined = {f"sb:{str(term)[len(str(SB)) :]}" for term in own_terms(core)}
    assert {name for name in used if name.startswith("sb:")} - defined == set()


def test_the_fifteen_predicates_are_predicates(core):
    stated = {f"sb:{str(term)[len(str(SB)) :]}" for term in core.subjects(RDF.type, SB.Predicate)}
    assert stated == set(PREDICATES.values())
    assert len(stated) == 15


def test_classes_and_properties_are_told_apart(core):
    for term in own_terms(core):
        kinds = set(core.objects(term, RDF.type)) & {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
        assert len(kinds) == 1, term
        name = str(term)[len(str(SB)) :]
        assert name[0].isupper() == (OWL.Class in kinds), term


def test_shapes_speak_only_of_defined_terms_and_always_in_words(core, shapes):
    terms = own_terms(core)
    for relation in (SHACL.path, SHACL.targetClass, SHACL["class"], SHACL.inversePath, SHACL.lessThan):
        for target in shapes.objects(None, relation):
            assert not str(target).startswith(str(SB)) or target in terms, target
    for constraint in shapes.objects(None, SHACL.property):
        message = str(shapes.value(constraint, SHACL.message))
        assert message[0].isupper() and message.endswith("."), message


def test_a_good_graph_passes(shapes):
    assert messages(GOOD, shapes) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sb:subject :a ;", "", "exactly one subject"),
        ("sb:subject :a ;", "sb:subject :a, :b ;", "exactly one subject"),
        ("sb:object :b ;", "sb:object :a ;", "a concept and itself"),
        ("sb:predicate sb:improves", "sb:predicate sb:delights", "one of the fifteen"),
        ("sb:hasEvidence :e ", "", "at least one piece of evidence"),
        ("sb:start 9", "sb:start 41", "must start before it stops"),
        ('sb:sentence "Graphene improves conductivity."', 'sb:sentence ""', "text of exactly one sentence"),
        ("prov:wasDerivedFrom :d ;", "", "exactly one document"),
        ("prov:wasDerivedFrom :d ;", "prov:wasDerivedFrom :elsewhere ;", "exactly one document"),
        ('sb:polarity "affirmed"', 'sb:polarity "maybe"', "affirmed or negated"),
        ("sb:confidence 0.9e0", "sb:confidence 1.9e0", "from 0 to 1"),
        ('sb:kind "paper"', 'sb:kind "poem"', "one kind"),
        ("sb:year 2015", "sb:year 15", "four digits"),
        ('skos:prefLabel "graphene" ;', "", "exactly one label"),
        ("sb:usageConcept :a ; sb:mentions 2", "sb:usageConcept :a ; sb:mentions 0", "at least 1"),
        ("sb:membershipDomain :n ;", "", "exactly one domain"),
        ("sb:weight 1.0e0", "sb:weight 1.5e0", "from 0 to 1"),
        ('sb:level "section" ; sb:layer "industry"', 'sb:layer "sky"', "layer is one of"),
        ('sb:reason "half"', "", "give its reason"),
    ],
)
def test_a_broken_graph_is_refused_in_words(shapes, old, new, said):
    assert old in GOOD
    found = messages(GOOD.replace(old, new, 1), shapes)
    assert any(said in message for message in found), found


def test_the_context_has_every_prefix_and_reads_as_the_vocabulary(core):
    text = (FOLDER / "context.jsonld").read_text("utf-8")
    context = json.loads(text)["@context"]
    for prefix, base in {**PREFIXES, **VOCABULARIES}.items():
        entry = context[prefix]
        assert (entry["@id"] if isinstance(entry, dict) else entry) == base
    document = {
        "@context": context,
        "id": "claim:1",
        "type": "Claim",
        "subject": "concept:1",
        "predicate": "improves",
        "object": "concept:2",
        "hasEvidence": {
            "id": "evidence:1",
            "type": "Evidence",
            "start": 3,
            "hedged": False,
            "sentence": "A.",
        },
    }
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    claim = rdflib.URIRef(PREFIXES["claim"] + "1")
    assert graph.value(claim, RDF.type) == SB.Claim
    assert graph.value(claim, SB.predicate) == SB.improves
    assert graph.value(claim, SB.object) == rdflib.URIRef(PREFIXES["concept"] + "2")
    assert graph.value(rdflib.URIRef(PREFIXES["evidence"] + "1"), SB.start).toPython() == 3


def test_the_context_names_no_word_of_ours_that_is_not_defined(core):
    context = json.loads((FOLDER / "context.jsonld").read_text("utf-8"))["@context"]
    named = {entry["@id"] if isinstance(entry, dict) else entry for entry in context.values() if entry != 1.1}
    defined = {f"sb:{str(term)[len(str(SB)) :]}" for term in own_terms(core)}
    assert {name for name in named if name.startswith("sb:")} <= defined


def test_crosswalk_tables_are_sssom():
    folder = FOLDER / "crosswalks"
    tables = [entry for entry in folder.iterdir() if ".sssom.tsv" in entry.name]
    assert len(tables) == 9
    for entry in tables:
        data = entry.read_bytes()
        if entry.name.endswith(".gz"):
            import gzip

            data = gzip.decompress(data)
        lines = data.decode("utf-8").splitlines()
        head = [line for line in lines if line.startswith("#")]
        assert head == lines[: len(head)]
        for slot in ("curie_map", "mapping_set_id", "license", "extension_definitions"):
            assert any(line.startswith(f"#{slot}:") for line in head), (entry.name, slot)
        columns = lines[len(head)].split("\t")
        rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in lines[len(head) + 1 :]]
        prefixes = {line[3:].partition(":")[0] for line in head if line.startswith("#  ")}
        for row in rows:
            assert row["mapping_justification"].startswith("semapv:")
            assert {row[c].partition(":")[0] for c in ("subject_id", "predicate_id", "object_id")} <= prefixes
        assert rows == sorted(rows, key=lambda row: (row["subject_id"], row["object_id"], row["condition"]))
