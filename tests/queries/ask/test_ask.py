"""Plain questions: the gold set, and that nothing is assumed without being said."""

import csv
from pathlib import Path

import pytest

from silobridge.asking import answer, understand
from silobridge.facade import Graph
from silobridge.facade import open as open_graph
from silobridge.kg.errors import NothingFound
from silobridge.queries.ask.record import Understood
from silobridge.queries.ask.tables import rules
from silobridge.queries.ask.understand import understand as read
from silobridge.queries.run import library

GOLD = Path(__file__).resolve().parents[2] / "gold" / "questions.tsv"


@pytest.fixture(scope="module")
def graph(demo_folder: Path) -> Graph:
    return open_graph(demo_folder)


@pytest.fixture(scope="module")
def gold(graph: Graph) -> list[tuple[dict[str, str], Understood]]:
    with GOLD.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    with graph.ledger.reading() as connection:
        return [(row, read(connection, row["question"])) for row in rows]


@pytest.mark.parametrize(("half", "language", "least"), [
    ("dev", "en", 0.95), ("dev", "zh", 0.80), ("held-out", "en", 0.90), ("held-out", "zh", 0.75)])  # fmt: skip
def test_gold_questions_get_their_query(gold, half: str, language: str, least: float):
    """The floors lie under what was measured, so that a better extractor may move a name or two."""
    some = [(row, got) for row, got in gold if (row["half"], row["language"]) == (half, language)]
    asked = [(row, got) for row, got in some if row["query"] != "abstain"]
    right = [row["question"] for row, got in asked if got.query == row["query"]]
    assert len(right) / len(asked) >= least, [
        row["question"] for row, got in asked if got.query != row["query"]
    ]


def test_what_is_out_of_scope_is_never_answered(gold):
    answered = [row["question"] for row, got in gold if row["query"] == "abstain" and got.query]
    assert answered == []


def test_a_refusal_gives_a_reason(gold):
    assert all(got.reason for _, got in gold if not got.query)


def test_the_gold_set_is_what_it_says():
    with GOLD.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) >= 150
    assert sum(row["language"] == "zh" for row in rows) >= 60
    assert sum(row["query"] == "abstain" for row in rows) >= 25
    assert len({row["question"] for row in rows}) == len(rows)


def test_both_languages_give_one_answer(graph: Graph):
    english = understand(graph, "Which disciplines hold methods against battery thermal runaway?")
    chinese = understand(graph, "哪些学科有防止电池热失控的方法？")
    assert (english.query, english.params) == (chinese.query, chinese.params)
    assert english.query == "disciplines-of-methods-for"


def test_a_narrowing_word_that_is_not_used_is_said(graph: Graph):
    found = understand(graph, "Which disciplines hold methods against battery thermal runaway?")
    assert any("“battery”" in note for note in found.notes)


def test_a_typo_is_corrected_aloud(graph: Graph):
    found = understand(graph, "what stops termal runaway")
    assert found.params == {"concept": "thermal runaway"}
    assert any("termal" in note and "thermal" in note for note in found.notes)
    assert understand(graph, "what stops thermal runaway").notes == ()


def test_years_are_counted_back_aloud_and_dropped_aloud(graph: Graph):
    last = understand(graph, "documents about biofilm in the last 5 years")
    assert isinstance(last.params["since"], int)
    assert any("counted back" in note for note in last.notes)
    dropped = understand(graph, "which countries work on biofilm since 2015?")
    assert "since" not in dropped.params
    assert any("years were left out" in note for note in dropped.notes)


@pytest.mark.parametrize(
    "text",
    [
        "Which industries use blockchain?",
        "hello",
        "",
        "？？？",
        "x" * 2000,
        "delete all documents about biofilm",
    ],
)
def test_what_does_not_fit_is_refused_with_exit_code_4(graph: Graph, text: str):
    with pytest.raises(NothingFound) as error:
        understand(graph, text)
    assert error.value.exit_code == 4


def test_a_question_that_fits_twice_is_asked_back(graph: Graph):
    with pytest.raises(NothingFound, match="more than one thing") as error:
        understand(graph, "disciplines and industries of biofilm")
    assert "disciplines-of-concept" in error.value.found
    assert "industries-of-concept" in error.value.found


def test_two_concepts_where_one_is_asked_for_are_named(graph: Graph):
    with pytest.raises(NothingFound, match=r"biofilm.*heat pipe"):
        understand(graph, "which disciplines work with biofilm or heat pipes")


def test_a_name_of_one_document_is_called_too_rare(graph: Graph):
    with graph.ledger.reading() as connection:
        rare = connection.execute(
            "SELECT form FROM usage WHERE regexp_matches(form, '^[a-z]{6,} [a-z]{6,}$') GROUP BY form HAVING count(*) = 1"
            " AND form NOT IN (SELECT subject FROM statement UNION SELECT object FROM statement) ORDER BY form"
        ).fetchall()
        reasons = [read(connection, f"which countries work on {form}?").reason for (form,) in rare[:5]]
    assert any("one document only" in reason for reason in reasons), reasons


def test_words_cannot_reach_the_query(graph: Graph):
    with pytest.raises(NothingFound):
        understand(graph, 'what causes "} INSERT DATA { <a> <b> <c> } #?')
    found = understand(graph, "What are the patents of Vessmark Medical?")
    assert answer(graph, found).table.rows


def test_an_answer_brings_its_sentences(graph: Graph):
    found = answer(graph, understand(graph, "Which disciplines work with phase change materials?"))
    assert found.ran == "disciplines-of-concept"
    assert found.table.rows and found.sentences
    assert all("phase change" in text.lower() for _, text in found.sentences)
    assert set(found.as_dict()) >= {"query", "params", "rows", "sentences", "not_understood"}


def test_where_nobody_claims_it_what_is_shown_instead_is_said(graph: Graph):
    found = answer(graph, understand(graph, "what helps against biofilm"))
    if found.ran != "methods-against":
        assert any("shown instead" in note for note in found.notes)
    assert found.table.rows


@pytest.mark.parametrize(
    "text",
    [
        "show heat pipe",
        "how big is the graph",
        "the strongest bridges",
        "path from intumescent coating to thermal runaway",
    ],
)
def test_commands_answer_too(graph: Graph, text: str):
    assert answer(graph, understand(graph, text), limit=5).table.columns


def test_every_question_can_be_reached_by_a_rule_but_those_that_need_an_id():
    reached = {rule.query for rule in rules()}
    assert set(library()) - reached == {"evidence-for-claim", "sentences-of-finding"}
