"""Bad input to bridges, silos and trends: each has a defined result or a refusal that says why."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from planted import LINK, SHARED, Made, build, corpus

from silobridge.kg.errors import NothingFound, UsageError
from silobridge.queries.bridges.existing import concept_bridges, link_bridges
from silobridge.queries.bridges.nodes import NodeAsk, node_bridges
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask, Bridges
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.silos import SiloAsk, silos
from silobridge.queries.trends import moving

ASK = Ask("oa-field:17", "cpc:H01M")
FINDERS: tuple[Callable[[Matrices, Ask], Bridges], ...] = (concept_bridges, link_bridges, predicted)
SILO_ASK = SiloAsk(levels=(("openalex", "field"), ("cpc", "subclass")), least=5)


def made(tmp_path: Path, documents: list[Made]) -> Matrices:
    return matrices(build(tmp_path / "g", documents))


def test_an_empty_domain_is_refused_by_name(tmp_path: Path):
    found = made(tmp_path, corpus(each=20))
    for find in FINDERS:
        with pytest.raises(UsageError, match="domain in this graph"):
            find(found, Ask("oa-field:17", "oa-field:36"))


def test_a_domain_of_one_document_says_it_is_a_hint(tmp_path: Path):
    documents = [one for one in corpus(each=40) if one.domains[0] != "cpc:H01M"]
    documents.append(Made("doi:10.5555/one", "patent", ["cpc:H01M"], ["tunnel bridge", "noise aq"]))
    found = made(tmp_path, documents)
    for find in FINDERS:
        answer = find(found, ASK)
        assert answer.bridges == () and any(
            "Only 1 document stands in cpc:H01M" in note for note in answer.notes
        )


def test_two_sides_that_share_no_word_have_no_bridge(tmp_path: Path):
    rng = random.Random(1)
    documents = [
        Made(
            f"doi:10.5555/{kind}.{n}", kind, [domain], [f"{kind} word {rng.randrange(30)}" for _ in range(6)]
        )
        for kind, domain in (("paper", "oa-field:17"), ("patent", "cpc:H01M"))
        for n in range(60)
    ]
    found = made(tmp_path, documents)
    for find in FINDERS:
        assert find(found, ASK).bridges == ()


def test_all_documents_of_one_year_give_bridges_but_no_probability_and_no_trend(tmp_path: Path):
    found = made(tmp_path, [one._replace(year=2010) for one in corpus()])
    assert concept_bridges(found, ASK).bridges[0].source.form == f"long {SHARED}"
    answer = predicted(found, ASK)
    assert answer.bridges and all(bridge.probability is None for bridge in answer.bridges)
    assert any("No probabilities" in note for note in answer.notes)
    with pytest.raises(NothingFound, match="no dated document before"):
        moving(found, ASK)


def test_documents_without_a_year_count_but_not_in_a_window(tmp_path: Path):
    found = made(tmp_path, [one._replace(year=0) if n % 2 else one for n, one in enumerate(corpus())])
    assert concept_bridges(found, ASK).bridges
    inside = concept_bridges(found, Ask(ASK.source, ASK.target, since=2001))
    assert any("give no year and were left out" in note for note in inside.notes)


def test_copies_strengthen_neither_links_nor_predictions_nor_silos(tmp_path: Path):
    documents = corpus()
    copies = [one._replace(id=f"doi:10.5555/z.{n}") for n, one in enumerate(documents) for _ in range(1)]
    plain, doubled = made(tmp_path / "1", documents), made(tmp_path / "2", [*documents, *copies])
    for find in FINDERS:
        assert find(plain, ASK).bridges == find(doubled, ASK).bridges
    assert len(doubled.document) == len(plain.document) and doubled.copies == len(documents)


def test_a_document_that_cites_itself_makes_no_link(tmp_path: Path):
    documents = [one._replace(cites=[one.id]) for one in corpus(each=20)]
    found = made(tmp_path, documents)
    assert found.cites.nnz == 0
    with pytest.raises(NothingFound, match="0 citations"):
        silos(found, SiloAsk(levels=SILO_ASK.levels, least=5, relation="citations"))


def test_a_hub_in_every_document_is_no_bridge_and_no_way_round(tmp_path: Path):
    documents = [one._replace(terms=[*one.terms, "hub of all"]) for one in corpus()]
    found = made(tmp_path, documents)
    for find in FINDERS:
        for bridge in find(found, ASK).bridges:
            named = {bridge.source.form, bridge.target.form, *(term.form for term in bridge.intermediates)}
            assert "hub of all" not in named
    assert (LINK[0], LINK[1]) in {(b.source.form, b.target.form) for b in link_bridges(found, ASK).bridges}


def test_a_domain_inside_the_other_is_refused_with_a_reason(tmp_path: Path):
    documents = [
        one._replace(domains=[*one.domains, "oa-domain:3"]) if one.domains[0].startswith("oa-") else one
        for one in corpus(each=30)
    ]
    found = made(tmp_path, documents)
    for find in FINDERS:
        with pytest.raises(NothingFound, match="all in the other domain too") as refused:
            find(found, Ask("oa-field:17", "oa-domain:3"))
        assert "contain each other" in str(refused.value)


def test_silos_of_few_domains_and_of_nothing_are_refused(tmp_path: Path):
    found = made(tmp_path, corpus(each=20))
    with pytest.raises(NothingFound, match="too few to learn"):
        silos(found, SiloAsk(levels=(("openalex", "field"),)))
    with pytest.raises(NothingFound, match="0 domains"):
        silos(found, SiloAsk(levels=(("nace", "division"),)))
    for wrong in (dict(top=0), dict(least=0), dict(relation="friends")):
        with pytest.raises(UsageError):
            SiloAsk(**wrong)


def test_node_bridges_of_documents_without_company_are_refused(tmp_path: Path):
    documents = [Made(f"doi:10.5555/{n}", "paper", ["oa-field:17"], [f"word {n}"]) for n in range(30)]
    with pytest.raises(NothingFound):
        node_bridges(made(tmp_path, documents), NodeAsk(levels=(("openalex", "field"),)))
