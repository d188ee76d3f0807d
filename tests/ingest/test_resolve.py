"""Concepts from counts and decisions: with reasons, whatever the order, and never by guessing."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silobridge.ingest.resolve import conclude, follow
from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ledger import counts, decisions, schema
from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.forget import forget, purge
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger

Made = dict[str, Any]
CNN = ("CNN", "convolutional neural network", "definition")


def batch(documents: list[Made]) -> dict[str, pa.Table]:
    rows: dict[str, list[Made]] = {table: [] for table in ("document", "mention", "abbreviation")}
    for doc, made in enumerate(documents):
        said = {"id": made["id"], "content_hash": repr(made), "language": made.get("language", "en")}
        rows["document"].append(
            dict.fromkeys(OBSERVATIONS["document"]) | said | {"doc": doc, "extractor": "x"}
        )
        for form, kind in made.get("mentions", ()):
            empty = dict.fromkeys(OBSERVATIONS["mention"])
            rows["mention"].append(empty | {"doc": doc, "form": form, "type": kind})
        for short, long, how in made.get("abbreviations", ()):
            rows["abbreviation"].append({"doc": doc, "sentence": 0, "short": short, "long": long, "how": how})
    return {table: pa.Table.from_pylist(found, arrow_schema(table)) for table, found in rows.items()}


def add(ledger: Ledger, *documents: Made) -> None:
    with ledger.writing() as con:
        append(con, batch(list(documents)), begin_run(con, "test", "0"))
        follow(con)


def conclusions(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    with ledger.reading() as con:
        return said(con)


def said(con: "duckdb.DuckDBPyConnection") -> dict[str, list[tuple[Any, ...]]]:
    query = "SELECT form, target, round(score, 3), how, reason FROM {} ORDER BY ALL"
    return {table: con.execute(query.format(table)).fetchall() for table in ("alias", "undecided")}


def aliases(ledger: Ledger) -> dict[str, str]:
    return {row[0]: row[1] for row in conclusions(ledger)["alias"]}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "g")


def test_two_documents_that_agree_join_a_short_form(ledger: Ledger) -> None:
    add(ledger, {"id": "a", "abbreviations": [CNN]})
    assert aliases(ledger) == {}
    assert "at least 2 documents" in conclusions(ledger)["undecided"][0][4]
    add(ledger, {"id": "b", "abbreviations": [CNN]})
    assert conclusions(ledger) == {
        "alias": [
            ("convolutional neural network", "cnn", 1.0, "abbreviation",
             "2 of 2 defining documents expand 'cnn' to 'convolutional neural network'"),
        ],
        "undecided": [],
    }  # fmt: skip


def test_homonyms_stay_undecided_with_their_candidates(ledger: Ledger) -> None:
    other = ("CNN", "cable news network", "definition")
    add(ledger, *({"id": f"a{n}", "abbreviations": [CNN if n % 2 else other]} for n in range(6)))
    assert aliases(ledger) == {}
    assert [row[:3] for row in conclusions(ledger)["undecided"]] == [
        ("cnn", "cable news network", 0.5),
        ("cnn", "convolutional neural network", 0.5),
    ]


def test_a_short_form_alone_does_not_translate(ledger: Ledger) -> None:
    chinese = {"language": "zh", "abbreviations": [("PLA", "解放军", "bracket")]}
    add(ledger, *({"id": f"z{n}", **chinese} for n in range(3)))
    assert aliases(ledger) == {"解放军": "pla"}
    english = ("PLA", "polylactic acid", "definition")
    add(ledger, *({"id": f"e{n}", "abbreviations": [english]} for n in range(2)))
    assert aliases(ledger) == {"polylactic acid": "pla"}


@pytest.mark.parametrize("short", ["C", "12", "LED", "SAW"])
def test_letters_numbers_and_everyday_words_never_join(ledger: Ledger, short: str) -> None:
    pair = (short, "light emitting device", "definition")
    add(ledger, *({"id": f"a{n}", "abbreviations": [pair]} for n in range(9)))
    assert aliases(ledger) == {}
    assert len(conclusions(ledger)["undecided"]) == 1


def test_one_document_is_enough_for_an_unambiguous_translation(ledger: Ledger) -> None:
    pair = ("convolutional neural network", "卷积神经网络", "translation")
    add(ledger, {"id": "a", "language": "zh", "abbreviations": [pair]})
    assert aliases(ledger) == {"卷积神经网络": "convolutional neural network"}
    other = ("convolutional neural network", "卷积网络", "translation")
    add(ledger, {"id": "b", "language": "zh", "abbreviations": [other]})
    assert aliases(ledger) == {}
    assert len(conclusions(ledger)["undecided"]) == 2


def test_keyword_lists_join_where_two_documents_agree_and_no_text_says_otherwise(ledger: Ledger) -> None:
    listed = {"language": "zh", "abbreviations": [("heat pipe", "热管", "metadata")]}
    add(ledger, {"id": "a", **listed})
    assert aliases(ledger) == {}
    assert conclusions(ledger)["undecided"] == [
        ("heat pipe", "热管", 1.0, "metadata",
         "1 document(s) list 'heat pipe' and '热管' as one keyword, but at least 2 must"),
    ]  # fmt: skip
    add(ledger, {"id": "b", **listed})
    assert aliases(ledger) == {"热管": "heat pipe"}
    add(ledger, {"id": "c", "language": "zh", "abbreviations": [("heat pipe", "热导管", "translation")]})
    assert aliases(ledger) == {"热导管": "heat pipe"}
    assert [row[:4] for row in conclusions(ledger)["undecided"]] == [("heat pipe", "热管", 1.0, "metadata")]


def test_shuffled_lists_join_nothing(ledger: Ledger) -> None:
    english, chinese = ["heat pipe", "heat transfer", "porous medium"], ["热管", "传热", "多孔介质"]
    for turn in range(3):
        said = [
            (one, other, "metadata")
            for one, other in zip(english, chinese[turn:] + chinese[:turn], strict=True)
        ]
        add(ledger, *({"id": f"{turn}-{n}", "language": "zh", "abbreviations": said} for n in range(4)))
    assert aliases(ledger) == {}
    assert len(conclusions(ledger)["undecided"]) == 9


def test_spellings_join_unless_their_types_differ(ledger: Ledger) -> None:
    one_type = [("super capacitor", "device"), ("supercapacitor", "")]
    two_types = [("nano wire", "device"), ("nanowire", "material")]
    two_numbers = [("phase 1 1 model", ""), ("phase 11 model", "")]
    add(ledger, {"id": "a", "mentions": one_type + two_types + two_numbers})
    assert aliases(ledger) == {"supercapacitor": "super capacitor"}
    assert conclusions(ledger)["undecided"] == [
        ("nanowire", "nano wire", 0.5, "spelling",
         "the same letters as 'nano wire', but they are used as device and as material"),
    ]  # fmt: skip


def test_a_rejected_pair_stays_apart_by_whatever_way(ledger: Ledger) -> None:
    both = [CNN, ("CNN2", "convolutional neural network", "definition")]
    add(ledger, {"id": "a", "abbreviations": both}, {"id": "b", "abbreviations": both})
    assert aliases(ledger)["cnn2"] == "cnn"
    with ledger.writing() as con:
        verdict = decisions.reject(con, "cnn", "cnn2", "Ada", "another network")
        follow(con)
    assert len({aliases(ledger).get(form, form) for form in ("cnn", "cnn2")}) == 2
    assert any(row[3] == "rejected" for row in conclusions(ledger)["undecided"])
    with ledger.writing() as con:
        decisions.undo(con, verdict.decision, "Ada", "I was wrong")
        follow(con)
    assert aliases(ledger)["cnn2"] == "cnn"
    assert not any(row[3] == "rejected" for row in conclusions(ledger)["undecided"])


def test_decisions_survive_forgetting_purging_and_travelling(ledger: Ledger, tmp_path: Path) -> None:
    add(ledger, {"id": "a", "mentions": [("accumulator", "")]})
    with ledger.writing() as con:
        decisions.accept(con, "accumulator", "battery", "Ada")
        forget(con, ["a"], 2)
        follow(con)
    purge(ledger)
    assert aliases(ledger) == {"battery": "accumulator"}
    with ledger.reading() as con:
        lines = list(decisions.export_lines(con))
    other = Ledger.create(tmp_path / "other")
    with other.writing() as con:
        assert (decisions.import_lines(con, lines), decisions.import_lines(con, lines)) == (1, 0)
        follow(con)
    assert conclusions(other) == conclusions(ledger)


def test_decisions_refuse_what_says_nothing(ledger: Ledger) -> None:
    with ledger.writing() as con:
        with pytest.raises(UsageError):
            decisions.accept(con, "a", "a", "Ada")
        with pytest.raises(UsageError):
            decisions.accept(con, "a", "b", "")
        with pytest.raises(UnknownName):
            decisions.undo(con, "decision:0", "Ada")
        with pytest.raises(UsageError, match="line 1"):
            decisions.import_lines(con, ['{"verdict": "accept"}'])


def test_the_journal_names_changed_concepts(ledger: Ledger) -> None:
    add(ledger, {"id": "a", "abbreviations": [CNN]}, {"id": "b", "abbreviations": [CNN]})
    with ledger.reading() as con:
        rows = con.execute("SELECT action, id FROM journal WHERE action = 'alias' ORDER BY id").fetchall()
    assert rows == [("alias", "cnn"), ("alias", "convolutional neural network")]


SHORTS = ["CNN", "PLA", "LED", "X"]
LONGS = [
    "convolutional neural network",
    "cable news network",
    "poly lactic acid",
    "polylactic acid",
    "nano wire",
]
FORMS = [
    "nano wire",
    "nanowire",
    "cnn",
    "poly lactic acid",
    "polylactic acid",
    "polylacticacid",
    "cnn net",
    "cn nnet",
]
CHINESE = ["聚乳酸", "纳米线"]
documents = st.fixed_dictionaries(
    {
        "id": st.sampled_from([f"doi:10.5555/{n}" for n in range(8)]),
        "mentions": st.lists(
            st.tuples(st.sampled_from(FORMS), st.sampled_from(["", "", "device", "material"])), max_size=4
        ),
        "abbreviations": st.lists(
            st.one_of(
                st.tuples(
                    st.sampled_from(SHORTS), st.sampled_from(LONGS + CHINESE[:1]), st.just("definition")
                ),
                st.tuples(
                    st.sampled_from(LONGS),
                    st.sampled_from(CHINESE),
                    st.sampled_from(["translation", "metadata"]),
                ),
            ),
            max_size=3,
        ),
    }
)
pairs = st.tuples(
    st.sampled_from(["accept", "reject"]), st.sampled_from(FORMS), st.sampled_from([*LONGS, *CHINESE])
)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"), st.lists(documents, min_size=1, max_size=4, unique_by=lambda made: made["id"])
        ),
        st.tuples(st.just("forget"), st.sampled_from([f"doi:10.5555/{n}" for n in range(8)])),
        st.tuples(st.just("decide"), pairs),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=7,
)


def take(con: "duckdb.DuckDBPyConnection", step: str, value: Any) -> None:
    if step == "add":
        append(con, batch(value), begin_run(con, "test", "0"))
    elif step == "forget":
        forget(con, [value], 0)
    elif step == "decide":
        verdict, form, target = value
        if form != target:
            (decisions.accept if verdict == "accept" else decisions.reject)(con, form, target, "Ada")
    else:
        held = sorted(decisions.standing(con).values(), key=lambda one: one.at)
        if value < len(held):
            decisions.undo(con, held[value].decision, "Ada")
    follow(con)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_following_equals_concluding_anew(taken: list[tuple[str, Any]]) -> None:
    with duckdb.connect() as con:
        schema.create(con)
        for step, value in taken:
            take(con, step, value)
        followed = said(con)
        conclude(con)
        assert followed == said(con)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_compacting_counts_equals_counting_anew(taken: list[tuple[str, Any]]) -> None:
    with duckdb.connect() as con:
        schema.create(con)
        for step, value in taken:
            take(con, step, value)
        queries = [
            f"SELECT * EXCLUDE settled FROM {table} ORDER BY ALL" for table in ("spelling", "definition")
        ]
        counts.compact(con)
        compacted = [con.execute(query).fetchall() for query in queries]
        counts.recount(con)
        assert compacted == [con.execute(query).fetchall() for query in queries]
