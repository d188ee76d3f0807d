"""Homonyms: learned from company, assigned by it, kept up with documents, overruled by people."""

import random
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from builders import add, document_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silobridge.ingest import keeping
from silobridge.ingest.resolve import conclude, follow
from silobridge.ingest.senses import follow as senses
from silobridge.ingest.senses.group import groups, nearest
from silobridge.ingest.senses.model import load
from silobridge.ingest.senses.words import table, words_of
from silobridge.kg.forms import normal_form
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.lookup import find_concept

COMPANY = {
    "gas": ("discharge electron ion tokamak confinement magnetic turbulence heating density temperature field "
            "fusion particle collision instability wave laser acceleration"),
    "blood": ("protein patient serum clinical disease infection gene cell tissue mice antibody concentration "
              "metabolic drug therapy cancer vaccine population"),
}  # fmt: skip
DOMAINS = {"gas": "oa-field:31", "blood": "oa-field:27"}


def homonym(number: int, kind: str) -> dict[str, list[dict]]:
    """A made-up document that uses 'plasma' in one of two companies."""
    draw = random.Random(f"{kind}:{number}")
    words = draw.sample(COMPANY[kind].split(), 14)
    text = f"On plasma\n\n{' '.join(words[:7])} plasma {' '.join(words[7:])}."
    rows = document_rows(number, draw, f"doi:10.5555/{kind}.{number}")
    rows = {
        name: [] if name in ("mention", "evidence", "citation", "membership") else rows[name] for name in rows
    }
    rows["document"][0] |= {"text": text, "content_hash": f"{kind}{number}", "text_hash": f"{kind}{number}"}
    at = text.index("plasma", 10)
    rows["mention"].append(dict(doc=number, sentence=0, start=at, stop=at + 6, form="plasma", surface="plasma",
                                type="material", how="chunk"))  # fmt: skip
    rows["membership"].append(
        dict(doc=number, domain=DOMAINS[kind], weight=1.0, how="asserted", reason="made")
    )
    return rows


def batch(made: list[dict[str, list[dict]]]) -> dict[str, pa.Table]:
    merged: dict[str, list[dict]] = {name: [] for name in OBSERVATIONS}
    for local, rows in enumerate(made):
        for name, some in rows.items():
            merged[name].extend({**row, "doc": local} for row in some)
    return {name: pa.Table.from_pylist(rows, arrow_schema(name)) for name, rows in merged.items()}


def empty(folder: Path) -> Ledger:
    """A ledger of two fields."""
    ledger = Ledger.create(folder)
    with ledger.writing() as connection:
        for kind, domain in DOMAINS.items():
            connection.execute("DELETE FROM domain WHERE id = ?", [domain])
            connection.execute(
                "INSERT INTO domain VALUES (?, 'openalex', 'field', '', ?, '', 'science')",
                [domain, {"gas": "Physics", "blood": "Medicine"}[kind]],
            )
    return ledger


@cache
def _template() -> TemporaryDirectory[str]:
    """Learn once what many tests begin with."""
    held = TemporaryDirectory(prefix="senses-")
    ledger = empty(Path(held.name) / "g.kg")
    add(ledger, batch([homonym(n, "gas") for n in range(14)] + [homonym(n, "blood") for n in range(11)]))
    assert senses.learn_anew(ledger) == 2
    return held


def grown(folder: Path) -> Ledger:
    """A ledger that has learned two senses of 'plasma'."""
    shutil.copytree(Path(_template().name) / "g.kg", folder)
    return Ledger.open(folder)


def meant(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.reading() as connection:
        return connection.execute(
            "SELECT d.id, r.form FROM reference r JOIN document d USING (doc) ORDER BY 1, 2"
        ).fetchall()


def test_two_companies_are_two_concepts(tmp_path: Path):
    ledger = grown(tmp_path / "g.kg")
    found = dict(meant(ledger))
    assert {form for name, form in found.items() if ".5555/gas." in name} == {"plasma"}
    assert {form for name, form in found.items() if ".5555/blood." in name} == {"plasma (medicine)"}
    with ledger.reading() as connection:
        concept = find_concept(connection, "Plasma (Medicine)")
        assert (concept.form, concept.label, concept.documents) == (
            "plasma (medicine)",
            "plasma (medicine)",
            11,
        )
        assert find_concept(connection, "plasma").documents == 14
        reasons = [sense.reason for sense in load(connection)["plasma"]]
    assert "Physics (14 of 14)" in reasons[0] and "Medicine (11 of 11)" in reasons[1]
    assert set(reasons[1].split("beside ")[1].split(";")[0].split(", ")) <= set(COMPANY["blood"].split())


def test_one_company_is_one_concept(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g.kg")
    add(ledger, batch([homonym(n, "gas") for n in range(20)]))
    assert senses.learn_anew(ledger) == 0
    assert {form for _, form in meant(ledger)} == {"plasma"}


def test_groups_that_are_much_alike_are_one():
    draw = np.random.default_rng(5)
    shared, one, other = np.eye(3, 40)
    for together, groups_found in ((1.0, 1), (0.3, 2)):
        spread = 0.04 * draw.standard_normal((40, 40))
        points = spread + together * shared + np.repeat([one, other], 20, axis=0)
        points /= np.linalg.norm(points, axis=1, keepdims=True)
        assert len(groups(points, cut=0.3)[0]) == groups_found


def spelling(number: int, kind: str, long: str) -> dict[str, list[dict]]:
    """A document that writes LDA in one of two companies, and may spell it out."""
    rows = homonym(number, kind)
    rows["document"][0] |= {"id": f"doi:10.5555/{kind}.lda.{number}"}
    rows["document"][0]["text"] = rows["document"][0]["text"].replace("plasma", "LDAxxx")
    rows["mention"][0] |= {"form": normal_form(long or "lda"), "surface": "LDAxxx", "type": ""}
    if long:
        rows["abbreviation"].append(
            {"doc": number, "sentence": 0, "short": "LDA", "long": long, "how": "definition"}
        )
    return rows


def lda() -> list[dict[str, list[dict]]]:
    longs = {
        "gas": ["local density approximation", "local density approximations", "local-density approximate"],
        "blood": ["linear discriminant analysis"] * 3,
    }
    made = [spelling(n, kind, long) for kind in longs for n, long in enumerate(longs[kind] * 2)]
    return made + [spelling(n, kind, "") for kind in longs for n in range(10, 16)]


def test_what_documents_spell_out_says_what_the_others_mean(tmp_path: Path):
    ledger = empty(tmp_path / "g.kg")
    add(ledger, batch(lda()))
    senses.learn_anew(ledger)
    for name, form in meant(ledger):
        expected = "local density approximation" if ".5555/gas" in name else "linear discriminant analysis"
        assert form == expected, name
    with ledger.reading() as connection:
        reason = load(connection)["local density approximate"][0].reason
    assert reason == "another spelling of 'local density approximation', for 'lda'"


def cells(ledger: Ledger, *companies: str) -> None:
    """English documents on cells, and Chinese ones that give 细胞 (cell) and 电池 (battery)."""
    made = []
    for kind in companies:
        for number in range(20):
            rows = homonym(number, kind)
            rows["mention"][0] |= {"form": "cell"}
            made.append(rows)
    for number in range(100, 103):
        rows = homonym(number, "blood") | {"mention": [], "membership": []}
        rows["document"][0] |= {"language": "zh"}
        for short, long in (("cell", "细胞"), ("battery", "电池")):
            rows["abbreviation"].append(
                {"doc": number, "sentence": 0, "short": short, "long": long, "how": "translation"}
            )
        made.append(rows)
    add(ledger, batch(made))


def bilingual(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.reading() as connection:
        return connection.execute(
            "SELECT * FROM (SELECT form, target FROM alias) WHERE regexp_matches(form || target, '[\u4e00-\u9fff]')"
            " ORDER BY ALL"
        ).fetchall()


def test_a_name_of_several_senses_joins_no_chinese_one(tmp_path: Path):
    ledger = empty(tmp_path / "g.kg")
    cells(ledger, "blood")
    senses.learn_anew(ledger)
    assert bilingual(ledger) == [("电池", "battery"), ("细胞", "cell")]
    cells(ledger, "gas")  # cells of batteries, say: which of the two is 细胞 no text says
    with ledger.writing() as connection:
        follow(connection)
    assert bilingual(ledger) == [("电池", "battery"), ("细胞", "cell")]  # not learned yet
    senses.learn_anew(ledger)
    assert bilingual(ledger) == [("电池", "battery")]
    with ledger.reading() as connection:
        assert connection.execute("SELECT reason FROM undecided WHERE form = 'cell'").fetchall() == [
            ("3 document(s) give 'cell' for '细胞', but 'cell' means several things",)
        ]
    with ledger.writing() as connection:
        conclude(connection)
    assert bilingual(ledger) == [("电池", "battery")]
    keeping.forget(ledger, [f"doi:10.5555/gas.{number}" for number in range(20)])
    keeping.purge(ledger)
    with ledger.reading() as connection:
        assert not load(connection)  # what forgotten documents taught is gone with them
    assert bilingual(ledger) == [("电池", "battery"), ("细胞", "cell")]


def test_input_order_changes_nothing(tmp_path: Path):
    made = [homonym(n, "gas") for n in range(14)] + [homonym(n, "blood") for n in range(11)] + lda()
    stored = []
    for place in range(2):
        ledger = empty(tmp_path / f"{place}.kg")
        add(ledger, batch(made if place else made[::-1]))
        senses.learn_anew(ledger)
        with ledger.reading() as connection:
            stored.append(
                (meant(ledger), connection.execute("SELECT * FROM meaning ORDER BY ALL").fetchall())
            )
    assert stored[0] == stored[1]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["gas", "blood"]), st.integers(20, 24), st.booleans()),
        min_size=2,
        max_size=4,
    )
)
def test_adding_and_forgetting_ends_where_assigning_anew_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]]
):
    ledger = grown(tmp_path_factory.mktemp("s") / "g.kg")
    before = meant(ledger)
    for kind, number, gone in steps:
        if gone:
            keeping.forget(ledger, [f"doi:10.5555/{kind}.{number}"])
        else:
            add(ledger, batch([homonym(number, kind)]))
            with ledger.writing() as connection:
                follow(connection)
    followed = meant(ledger)
    with ledger.writing() as connection:
        assert senses.assign(connection, None) == 0
        conclude(connection)
    assert meant(ledger) == followed
    keeping.forget(ledger, [name for name, _ in followed if name not in dict(before)])
    assert meant(ledger) == before


def test_people_overrule(tmp_path: Path):
    ledger = grown(tmp_path / "g.kg")
    parted = meant(ledger)
    joined = keeping.decide(ledger, "accept", "plasma", "plasma (medicine)", who="ada")
    assert {form for _, form in meant(ledger)} == {"plasma"}
    keeping.undo(ledger, joined, who="ada")
    assert meant(ledger) == parted
    refused = keeping.decide(ledger, "reject", "plasma", "plasma (medicine)", who="ada", why="one thing")
    assert {form for _, form in meant(ledger)} == {"plasma"}
    keeping.undo(ledger, refused, who="ada")
    assert meant(ledger) == parted


def test_learning_again_keeps_the_names(tmp_path: Path):
    ledger = grown(tmp_path / "g.kg")
    before = {form for _, form in meant(ledger)}
    with ledger.writing() as connection:
        connection.execute("UPDATE domain SET label = 'Health' WHERE id = 'oa-field:27'")
    add(ledger, batch([homonym(n, "blood") for n in range(30, 34)]))
    senses.learn_anew(ledger)
    assert {form for _, form in meant(ledger)} == before


def test_senses_wait_for_documents(tmp_path: Path):
    ledger = Ledger.create(tmp_path / "g.kg")
    add(ledger, batch([homonym(n, "gas") for n in range(14)] + [homonym(n, "blood") for n in range(11)]))
    with ledger.writing() as connection:
        senses.keep_up(connection)
        assert connection.execute("SELECT count(*) FROM meaning").fetchall() == [(0,)]


def test_groups_do_not_depend_on_order():
    draw = np.random.default_rng(0)
    rows = np.concatenate(
        [draw.normal(0, 0.3, (12, 8)) + np.eye(8)[0] * 3, draw.normal(0, 0.3, (8, 8)) + np.eye(8)[1] * 3]
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    centres, chosen = groups(rows)
    assert len(centres) == 2 and chosen.tolist() == [0] * 12 + [1] * 8
    assert nearest(rows[::-1], groups(rows[::-1])[0])[0].tolist() == [1] * 8 + [0] * 12


def test_the_table_holds_words_only():
    assert len(table().names) == len(table().place) == len(table().directions) > 10_000
    assert words_of("Zinc–air cells") == [(0, "zinc"), (5, "air"), (9, "cell")]
