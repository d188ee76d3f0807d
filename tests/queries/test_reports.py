"""Reports: one file, nothing from a document is markup, each number says what it is."""

import json
from html.parser import HTMLParser

import pytest
from planted import OPEN, SHARED, build, corpus

from silobridge.kg.ledger.store import Ledger
from silobridge.queries.bridges.existing import concept_bridges, link_bridges
from silobridge.queries.bridges.predicted import predicted
from silobridge.queries.bridges.record import Ask, Bridges, Place, Term
from silobridge.queries.evidence import Quote, Span, bridge_quotes
from silobridge.queries.matrices import Matrices, matrices
from silobridge.queries.paths import PathAsk, paths
from silobridge.queries.report import html, markdown
from silobridge.queries.report import json as as_json
from silobridge.queries.report.picture import Edge, Node, draw
from silobridge.queries.silos import Silo, Silos

ASK = Ask("oa-field:17", "cpc:H01M")
VOID = {"meta", "br", "img", "link"}


class Page(HTMLParser):
    """Collects tags and checks that they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "onload")
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Matrices]:
    ledger = build(tmp_path_factory.mktemp("planted") / "g", corpus())
    return ledger, matrices(ledger)


@pytest.mark.parametrize("find", [concept_bridges, link_bridges, predicted])
def test_a_page_stands_alone_and_says_its_numbers(graph: tuple[Ledger, Matrices], find):
    ledger, found = graph
    answer = find(found, ASK)
    text = html.bridges(answer, bridge_quotes(ledger, found, answer.bridges))
    page = Page(text)
    assert page.addresses == [] and "script" not in page.tags and "http-equiv" in text
    assert "svg" in page.tags and page.tags.count("article") == len(answer.bridges)
    assert page.tags.count("blockquote") >= 2 * len(answer.bridges)
    for word in (
        "Limits.",
        "lift",
        "90 % interval",
        "expected" if find is not predicted else "for pairs as frequent",
    ):
        assert word in text
    # The made-up sentences and titles carry markup of their own.
    assert "<b>" not in text and "&lt;b&gt;&amp;" in text and "&lt;On&gt;" in text
    assert all(bridge.id in text for bridge in answer.bridges)


def test_the_same_answer_gives_the_same_bytes(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    for module in (html, markdown, as_json):
        texts = {
            module.bridges(answer, bridge_quotes(ledger, found, answer.bridges))
            for answer in (concept_bridges(found, ASK), concept_bridges(found, ASK))
        }
        assert len(texts) == 1


def test_json_holds_every_number_and_sentence(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    answer = concept_bridges(found, ASK)
    data = json.loads(as_json.bridges(answer, bridge_quotes(ledger, found, answer.bridges)))
    first = data["bridges"][0]
    assert first["source"]["form"] == f"long {SHARED}" and first["variants"] == [SHARED]
    assert first["observed"] == answer.bridges[0].observed and len(first["evidence"]) == 2
    assert first["evidence"][0]["text"] and data["limits"] and data["meaning"]["concept"]


def test_markdown_escapes_what_a_document_says(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    answer = concept_bridges(found, ASK)
    text = markdown.bridges(answer, bridge_quotes(ledger, found, answer.bridges))
    assert "\\<b\\>" in text and "<b>" not in text and f"**long {SHARED}**" in text
    assert text.count("## ") == len(answer.bridges)


def test_marks_sit_where_the_spans_are():
    quote = Quote("d", "t", None, "paper", "α<β> & γ", 5, 13, (Span(0, 1), Span(7, 8)))
    assert html.marked(quote) == "<mark>α</mark>&lt;β&gt; &amp; <mark>γ</mark>"
    assert "no year" in html.quoted("", quote)
    assert markdown.quoted("", quote)[0] == "> **α**\\<β\\> & **γ**"


def test_an_empty_answer_is_a_page_too():
    text = html.bridges(Bridges("Nothing & more", (), 0, 7), {})
    Page(text)
    assert "Nothing &amp; more" in text and "Nothing passed" in text
    assert "Nothing" in markdown.bridges(Bridges("Nothing", (), 0, 7), {})


def test_paths_are_drawn_and_quoted(graph: tuple[Ledger, Matrices]):
    ledger, found = graph
    answer = paths(ledger, found, *OPEN, PathAsk(top=2))
    text = html.paths(answer)
    page = Page(text)
    assert page.tags.count("svg") == 2 and page.tags.count("blockquote") >= 4
    assert "Weakest hop" in text and OPEN[1] in markdown.paths(answer)
    assert len(json.loads(as_json.paths(answer))["paths"]) == 2


def test_silos_say_what_they_counted():
    ends = [Place(f"oa-field:{n}", f"Field <{n}>", "science", 50) for n in (1, 2)]
    pair = (Term("concept:1", "one way", "one way"), Term("concept:2", "two ways", "two ways"))
    silo = Silo(*ends, "documents", 0, 12.5, 0.4, 2.0, 0.0, 0.2, 0.01, 0.02, "silo", (pair,))
    answer = Silos("Silos", (silo,), 9, 3, 0.7, ("Links counted: documents.",))
    text = html.silos(answer)
    Page(text)
    assert (
        "Field &lt;1&gt;" in text and "0 documents join them, 12.5 predicted" in text and "two ways" in text
    )
    assert "70%" in markdown.silos(answer) and "(silo)" in markdown.silos(answer)
    assert json.loads(as_json.silos(answer))["silos"][0]["verdict"] == "silo"


def test_a_picture_keeps_long_and_hostile_labels_inside():
    hostile = "</svg><script>alert(1)</script> " * 5
    text = draw(
        [[Node("a", hostile, "domain")], [Node("b", "锂离子电池" * 20, "concept")]], [Edge("a", "b", 3)]
    )
    page = Page(text)
    assert set(page.tags) == {"svg", "path", "g", "title", "rect", "text", "tspan"}
    assert page.tags.count("tspan") == 6 and "…" in text
