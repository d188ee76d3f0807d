"""Every named question gives the same rows in SPARQL and in Cypher, and gives some."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from twins import parameters, twin_views

from silobridge.kg.views.facade import Views
from silobridge.queries.run import ask, library, read_question

LIBRARY = Path(__file__).resolve().parents[2] / "queries" / "library"


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return twin_views(tmp_path_factory.mktemp("twins") / "g")


@pytest.mark.parametrize("name", sorted(library()))
def test_both_languages_give_the_same_rows(views: Views, name: str) -> None:
    params = parameters(views, name)
    one = ask(views, name, params, engine="sparql")
    two = ask(views, name, params, engine="cypher")
    assert one.columns == two.columns == library()[name].columns
    assert one.rows == two.rows
    assert len(one) > 0
    assert one.position == two.position == views.ledger.position()


@pytest.mark.parametrize("name", sorted(library()))
def test_both_headers_say_the_same(name: str) -> None:
    one = (LIBRARY / f"{name}.rq").read_text("utf-8").splitlines()
    two = (LIBRARY / f"{name}.cypher").read_text("utf-8").splitlines()
    heads = [
        [line.lstrip("#/ ") for line in lines if line.startswith(mark)]
        for lines, mark in ((one, "# "), (two, "// "))
    ]
    assert heads[0] == heads[1]
    assert len(heads[0]) == 5
    assert read_question(name, "\n".join(one), "").title


def every_file() -> Iterator[str]:
    return (path.name for path in LIBRARY.iterdir() if path.suffix in (".rq", ".cypher"))


def test_no_question_lacks_its_twin() -> None:
    names = set(every_file())
    assert {name.replace(".rq", ".cypher") for name in names if name.endswith(".rq")} == {
        name for name in names if name.endswith(".cypher")
    }
    assert len(library()) >= 15
