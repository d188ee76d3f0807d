"""Silos: the planted wall is found first, few domains are refused, and order does not matter."""

import random
from pathlib import Path

import pytest
from planted import Made, build

from silobridge.kg.errors import NothingFound
from silobridge.queries.matrices import matrices
from silobridge.queries.silos import LINKS, SiloAsk, silos

FIELDS = tuple(f"oa-field:{number}" for number in range(11, 29))
WALL = ("oa-field:11", "oa-field:12")
ASK = SiloAsk(levels=(("openalex", "field"),))


def ring(each: int = 60) -> list[Made]:
    """Fields in a ring: neighbours share words and documents, but two close ones share no document."""
    rng = random.Random(5)
    made = []
    for place, field in enumerate(FIELDS):
        for number in range(each):
            words = [f"word {(place * 10 + rng.randrange(40)) % (len(FIELDS) * 10)}" for _ in range(8)]
            domains = [field]
            other = FIELDS[(place + rng.choice((1, 1, 2))) % len(FIELDS)]
            if rng.random() < 0.4 and {field, other} != set(WALL):
                domains.append(other)
            made.append(
                Made(
                    f"doi:10.5555/{field[9:]}.{number}",
                    "paper",
                    domains,
                    list(dict.fromkeys(words)),
                    2001 + number % 20,
                )
            )
    return made


def test_the_planted_wall_comes_first(tmp_path: Path):
    answer = silos(matrices(build(tmp_path / "g", ring())), ASK)
    first = answer.silos[0]
    assert {first.source.id, first.target.id} == set(WALL)
    assert first.observed == 0 and first.expected > 5 and first.high < 1 and first.shortfall > 1
    assert answer.explained > 0.5
    assert any(LINKS["documents"] in note for note in answer.notes)
    assert all(silo.verdict == ("silo" if silo.q <= 0.05 else "candidate") for silo in answer.silos)
    assert len({silo.id for silo in answer.silos}) == len(answer.silos)


def test_input_order_does_not_matter(tmp_path: Path):
    documents = ring(30)
    one = silos(matrices(build(tmp_path / "1", documents)), ASK)
    random.Random(1).shuffle(documents)
    other = silos(matrices(build(tmp_path / "2", documents)), ASK)
    assert one.silos == other.silos and one.notes == other.notes


def test_few_domains_are_refused_with_a_reason(tmp_path: Path):
    few = [made for made in ring(20) if made.domains[0] in FIELDS[:3]]
    with pytest.raises(NothingFound, match="too few to learn"):
        silos(matrices(build(tmp_path / "g", few)), ASK)


def test_domains_without_links_are_refused_with_a_reason(tmp_path: Path):
    apart = [made._replace(domains=made.domains[:1]) for made in ring(20)]
    found = matrices(build(tmp_path / "g", apart))
    with pytest.raises(NothingFound, match="no links"):
        silos(found, ASK)
    with pytest.raises(NothingFound, match="no links"):
        silos(found, SiloAsk(levels=ASK.levels, relation="citations"))


def test_borrowed_concepts_and_citations_can_be_counted(tmp_path: Path):
    documents = ring(30)
    identifiers = [made.id for made in documents]
    documents = [made._replace(cites=[identifiers[n - 31]]) for n, made in enumerate(documents)]
    found = matrices(build(tmp_path / "g", documents))
    for relation in ("citations", "concepts"):
        answer = silos(found, SiloAsk(levels=ASK.levels, relation=relation))
        assert any(LINKS[relation] in note for note in answer.notes)
