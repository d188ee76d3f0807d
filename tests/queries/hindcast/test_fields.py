"""The hindcast of silos: fields that open up."""

import numpy as np
import pytest
from scipy import sparse

from silobridge.queries.hindcast.corpus import month
from silobridge.queries.hindcast.fields import (
    auc,
    expected_links,
    fields,
    learn,
    one_sided,
    openings,
    two_way,
)


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
    table = openings(known, (pairs[0][open_], pairs[1][open_]))
    weights = learn([(table, near[open_])])
    assert auc(table @ weights[:-1], near[open_]) > 0.95
    assert np.isfinite(expected_links(known, pairs)).all()
    many = two_way({"x": table[:, 0]}, near[open_], (pairs[0][open_], pairs[1][open_]), 20, 0)
    assert (
        many["x"].tolist()
        == two_way({"x": table[:, 0]}, near[open_], (pairs[0][open_], pairs[1][open_]), 20, 0)["x"].tolist()
    )
