"""Helix loops: the example worked by hand, planted loops found, shuffled dates not, thin graphs refused."""

import importlib.util
import json
import random
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from planted import Made, build

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.queries.helix.appearance import orders
from silobridge.queries.helix.chains import chains, closure, longest
from silobridge.queries.helix.coupling import coupling, degree
from silobridge.queries.helix.evidence import steps
from silobridge.queries.helix.leads import leads
from silobridge.queries.helix.loops import lineage, loops, measure, states
from silobridge.queries.helix.record import HelixAsk
from silobridge.queries.helix.uses import uses
from silobridge.queries.matrices import matrices
from silobridge.queries.report import findings
from silobridge.queries.report.sheet import write_sheet

PLANTED = Path(__file__).resolve().parents[2] / "benchmarks/helix/planted.py"


def planter() -> ModuleType:
    if not PLANTED.exists():
        pytest.skip(f"{PLANTED} is not installed with the package")
    spec = importlib.util.spec_from_file_location("helix_planted", PLANTED)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["helix_planted"] = module
    spec.loader.exec_module(module)
    return module


def document(
    number: int, kind: str, year: int, term: str = "brine pump", cites: tuple[str, ...] = ()
) -> Made:
    domain = {"paper": "oa-field:17", "patent": "cpc:H01M", "industry": "nace:C27"}[kind]
    terms = [term, f"only {number}"]
    return Made(f"doi:10.5555/{number:04d}", kind, [domain], terms, year, cites)


HAND = [
    document(1, "paper", 2000), document(2, "paper", 2000), document(3, "paper", 2004),
    document(4, "patent", 2001, cites=("doi:10.5555/0001",)), document(5, "patent", 2003),
    document(6, "industry", 2002),
]  # fmt: skip


def test_the_example_worked_by_hand(tmp_path: Path):
    m = matrices(build(tmp_path / "g", HAND))
    answer = lineage(m, m.concept("brine pump"), HelixAsk())
    (helix,) = answer.helices
    assert helix.documents == (3, 2, 1) and helix.first == (2000, 2001, 2002)
    # Both papers of 2000 come before both patents; only the patent of 2001 before the one industry document.
    assert [leg.pairs for leg in helix.legs] == [4, 1, 1]
    assert [leg.cited for leg in helix.legs] == [1, 0, 0]
    assert [leg.first_lag for leg in helix.legs] == [1, 1, -2]
    # Two papers, one patent, one industry document: two ways; the paper of 2004 follows both.
    assert [test.chains for test in helix.tests] == [4, 2, 2, 0]
    assert helix.closure == 1 and helix.waiting == 0 and helix.turns == 1 and helix.reached == "closed"
    assert not helix.sure and helix.low <= helix.strength <= helix.high


def test_a_step_takes_no_longer_than_the_lag():
    counts = np.zeros((1, 3, 30))
    counts[0, 0, 0] = counts[0, 1, 10] = counts[0, 2, 21] = 1
    assert chains(counts, 10).pairs.tolist() == [[1, 0, 0]]
    assert longest(counts, 10).tolist() == [1]
    closed, waiting = closure(counts, 11)
    assert closed.tolist() == [0] and waiting.tolist() == [1]


def test_planted_loops_are_found_and_shuffled_ones_are_not():
    plan = planter()
    graph, marked = plan.planted(plan.Plan(documents=2000, concepts=150, planted=20, seed=3))
    ask = HelixAsk(most=2000)
    tested = measure(uses(graph, 2), ask)
    state, mark = states(tested, ask.lag)[0], marked[tested.laid.concept]
    assert (state[mark] >= 3).mean() >= 0.9 and (state[~mark] >= 3).mean() <= 0.08
    mixed = measure(uses(plan.shuffled(graph, 1), 2), ask)
    assert not (mixed.q <= 0.05).any()
    assert {lead.source for lead in leads(graph)} == {"science", "patent", "industry"}


def test_input_order_and_copies_change_nothing(tmp_path: Path):
    rng = random.Random(2)
    made = [
        document(n, rng.choice(("paper", "patent", "industry")), 2000 + rng.randrange(12), f"word {n % 7}")
        for n in range(120)
    ]
    one = loops(matrices(build(tmp_path / "1", made)), HelixAsk(minimum=1, most=200))
    copies = [made[5]._replace(id="doi:10.5555/9999"), made[6]._replace(id="doi:10.5555/9998")]
    mixed = [*made, *copies]
    rng.shuffle(mixed)
    other = loops(matrices(build(tmp_path / "2", mixed)), HelixAsk(minimum=1, most=200))
    assert one.helices == other.helices and one.levels == other.levels
    assert any("2 documents repeat" in note for note in other.notes)


def test_a_hub_that_is_everywhere_is_no_loop(tmp_path: Path):
    kinds = ("paper", "patent", "industry")
    made = [document(n, kinds[n % 3], 2000 + n % 17) for n in range(150)]
    m = matrices(build(tmp_path / "g", made))
    (helix,) = lineage(m, m.concept("brine pump")).helices
    assert helix.reached == "spiralling" and helix.state == "" and 0.8 < helix.strength < 1.25


def test_thin_graphs_are_refused_or_say_so(tmp_path: Path):
    papers = matrices(build(tmp_path / "papers", [document(n, "paper", 2000 + n) for n in range(4)]))
    with pytest.raises(NothingFound, match="patent"):
        loops(papers)
    kinds = ("paper", "patent")
    year = matrices(build(tmp_path / "year", [document(n, kinds[n % 2], 2001) for n in range(6)]))
    with pytest.raises(NothingFound, match="one year"):
        loops(year)
    open_ = matrices(build(tmp_path / "open", [document(n, kinds[n % 2], 2000 + n) for n in range(6)]))
    (helix,) = loops(open_).helices
    assert helix.reached == "open" and helix.documents == (3, 3, 0)
    assert any("No dated industry" in note for note in loops(open_).notes)
    with pytest.raises(NothingFound, match="years"):
        leads(open_)
    with pytest.raises(UsageError):
        HelixAsk(lag=0)


def test_documents_without_a_year_are_counted(tmp_path: Path):
    m = matrices(build(tmp_path / "g", [*HAND, document(7, "paper", 0)]))
    answer = lineage(m, m.concept("brine pump"))
    assert answer.helices[0].documents == (3, 2, 1)
    assert any(note.startswith("1 documents of the graph give no year") for note in answer.notes)


def test_coupling_in_both_forms():
    # Original: (.2·.4·.6)^(1/3) ÷ .4; 2021: √[(1 − .8/3) · (.048 ÷ .216)^(1/2)], D = √(C · .4).
    three = degree([0.2, 0.4, 0.6])
    assert three.coupling == pytest.approx(0.9086, abs=1e-4)
    assert three.coordination == pytest.approx((0.9086 * 0.4) ** 0.5, abs=1e-4)
    assert three.coupling_2021 == pytest.approx(((1 - 0.8 / 3) * (0.048 / 0.216) ** 0.5) ** 0.5)
    assert float(degree([0.5, 0.5]).coupling_2021) == 1 and float(degree([0.0, 0.0]).coordination) == 0


def test_coupling_needs_two_layers_and_years(tmp_path: Path):
    kinds = ("paper", "patent")
    made = [document(n, kinds[n % 2], 2000 + n // 2 % 5) for n in range(40)]
    made += [document(n, kinds[n % 2], 2000 + n // 2 % 5, "other word") for n in range(40, 60)]
    m = matrices(build(tmp_path / "g", made))
    told = coupling(m, m.concept("brine pump"))
    assert told.layers == ("science", "patent") and "descriptive" in told.label
    assert all(0 <= year.low <= year.coordination_2021 <= year.high <= 1 for year in told.years)
    few = matrices(build(tmp_path / "few", HAND))
    with pytest.raises(NothingFound, match="layers"):
        coupling(few, few.concept("brine pump"))


def test_order_of_appearance_stands_beside_coverage_alone(tmp_path: Path):
    made = [document(n, "paper", 2000 + n % 5, f"word {n % 10}") for n in range(50)]
    made += [document(n, "patent", 2010 + n % 5, f"word {n % 10}") for n in range(50, 100)]
    told = orders(matrices(build(tmp_path / "g", made)), shifts=20)
    first = told[0]
    assert (first.source, first.target, first.concepts, first.earlier) == ("science", "patent", 10, 1.0)
    # The record of papers ends before that of patents begins: that alone gives the same share.
    assert first.expected == 1.0 and first.lead == 10


def test_reports_show_the_way_with_stored_sentences(tmp_path: Path):
    ledger = build(tmp_path / "g", HAND)
    m = matrices(ledger)
    concept = m.concept("brine pump")
    way = steps(ledger, m, concept)
    assert [(step.layer, step.year, step.cites) for step in way] == [
        ("science", 2000, False), ("patent", 2001, True), ("industry", 2002, False), ("science", 2004, False),
    ]  # fmt: skip
    assert all(step.quote.text[s.start : s.stop] == "brine pump" for step in way for s in step.quote.spans)
    sheet = findings.helices(lineage(m, concept), way)
    html = write_sheet(tmp_path / "way.html", sheet).read_text("utf-8")
    assert "<b>" not in html and "&lt;b&gt;" in html and html.count("<blockquote>") == 4
    markdown = write_sheet(tmp_path / "way.md", sheet).read_text("utf-8")
    assert "cites the step before" in markdown and "**Limits.**" in markdown
    record = json.loads(write_sheet(tmp_path / "way.json", sheet).read_text("utf-8"))
    assert record["answer"]["helices"][0]["closure"] == 1 and len(record["evidence"]) == 4
    with pytest.raises(UnknownName):
        write_sheet(tmp_path / "way.docx", sheet)
