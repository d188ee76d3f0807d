"""The hindcast of silos: fields that open up."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from silobridge.kg.errors import NothingFound
from silobridge.queries.hindcast.corpus import month
from silobridge.queries.hindcast.fields import (
    auc,
    expected_links,
    fields,
    learn,
    learn_openings,
    one_sided,
    two_way,
    unlinked,
)
from silobridge.queries.hindcast.fields import (
    openings as facts,
)
from silobridge.queries.names import Names
from silobridge.queries.openings import OpeningAsk, openings
from tests.queries.hindcast.worlds import as_graph, small_world


def test_a_shared_document_does_not_raise_the_similarity() -> None:
    use = sparse.csr_matrix(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]))
    member = sparse.csr_matrix(np.array([[1.0, 0], [0, 1], [1, 1]]))
    assert one_sided(member, use)[0, 1] == 0
    assert one_sided(member, sparse.csr_matrix(np.array([[1.0, 0, 0], [1, 0, 0], [0, 0, 1]])))[
        0, 1
    ] == pytest.approx(1)


def test_weights_of_one_change_nothing() -> None:
    random = np.random.default_rng(0)
    score, label = np.round(random.random(300), 1), random.integers(0, 2, 300)
    assert auc(score, label) == pytest.approx(auc(score, label, np.ones(300)))


def test_a_world_that_closes_triangles_is_learned() -> None:
    random = np.random.default_rng(1)
    documents, count = 3000, 14
    months = np.sort(random.integers(month("2000-01"), month("2006-12") + 1, documents))
    place = random.integers(0, count, documents)
    other = (place + random.integers(-1, 2, documents) * (random.random(documents) < 0.3)) % count
    rows = np.repeat(np.arange(documents), 2)
    member = sparse.csr_matrix((np.ones(2 * documents), (rows, np.stack([place, other], 1).ravel())))
    member.data[:] = 1.0
    use = sparse.csr_matrix(np.eye(count)[place])
    known = fields(member, use, months, month("2006"))
    pairs = np.triu_indices(count, k=1)
    near = ((pairs[1] - pairs[0]) % count == 2).astype(int) | ((pairs[0] - pairs[1]) % count == 2).astype(int)
    open_ = known.links[pairs] == 0
    table = facts(known, (pairs[0][open_], pairs[1][open_]))
    weights = learn([(table, near[open_])])
    assert auc(table @ weights[:-1], near[open_]) > 0.95
    assert np.isfinite(expected_links(known, pairs)).all()
    many = two_way({"x": table[:, 0]}, near[open_], (pairs[0][open_], pairs[1][open_]), 20, 0)
    assert (
        many["x"].tolist()
        == two_way({"x": table[:, 0]}, near[open_], (pairs[0][open_], pairs[1][open_]), 20, 0)["x"].tolist()
    )


def ring(seed: int = 0, documents: int = 6000, count: int = 16) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Fields on a ring: a document of one may also be in a near one, and what is near widens with the years."""
    random = np.random.default_rng(seed)
    years = np.sort(random.integers(2000, 2013, documents))
    place = random.integers(0, count, documents)
    reach = 1 + (years - 2000) // 3
    step = np.minimum(random.geometric(0.55, documents), reach) * random.choice([-1, 1], documents)
    other = np.where(random.random(documents) < 0.25, (place + step) % count, place)
    rows = np.repeat(np.arange(documents), 2)
    member = sparse.csr_matrix((np.ones(2 * documents), (rows, np.stack([place, other], 1).ravel())))
    member.data[:] = 1.0
    return member, years


def test_openings_are_learned_from_earlier_cuts() -> None:
    member, years = ring()
    use = sparse.csr_matrix(np.random.default_rng(1).random((member.shape[0], 40)) < 0.1).astype(float)
    documents = (member, use, years * 12 + 11)
    past = [unlinked(documents, month(str(cut)), 3) for cut in (2003, 2006)]
    model = learn_openings(past)
    asked = unlinked(documents, month("2009"), 3)
    assert auc(model.score(asked), asked.label) > 0.8
    gone = (member[years <= 2009], use[years <= 2009], (years * 12 + 11)[years <= 2009])
    assert np.allclose(model.score(asked), model.score(unlinked(gone, month("2009"), 3)))
    with pytest.raises(NothingFound, match="1 of 1 earlier cuts"):
        learn_openings(past[:1])


def test_a_graph_judges_its_openings_on_its_own_past() -> None:
    member, years = ring()
    count, documents = member.shape[1], member.shape[0]
    world = small_world(documents=documents)
    graph = replace(
        as_graph(world), year=years.astype(np.int16), stands=member.tocsr(),
        domain=Names.of([f"oa-subfield:{place:02}" for place in range(count)]),
        domain_label=Names.of([f"field {place:02}" for place in range(count)]),
        layer=np.full(count, "science"), scheme=np.full(count, "openalex"), level=np.full(count, "subfield"),
        parent=Names.of([""] * count),
    )  # fmt: skip
    found = openings(graph, OpeningAsk(top=5))
    assert len(found.openings) == 5
    scores = [one.score for one in found.openings]
    assert scores == sorted(scores, reverse=True)
    for one in found.openings:
        assert one.partners >= len(one.via) > 0
        assert one.source.id not in {via.id for via in one.via}
    assert any(note.startswith("Judged on 2009 to 2012") for note in found.notes)
    assert found.table.rows[0][0] == f"{found.openings[0].source.id} {found.openings[0].source.label}"
