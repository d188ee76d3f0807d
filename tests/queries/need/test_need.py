"""Needs: the planted answers come, from other fields, explained; what cannot be answered says so."""

import json
from pathlib import Path

import numpy as np
import pytest
from batteries import TEXTS, batch, make
from builders import add

from silobridge.kg.errors import NothingFound, UnknownName, UsageError
from silobridge.kg.ledger.store import Ledger
from silobridge.queries.matrices import matrices
from silobridge.queries.need.answer import answer
from silobridge.queries.need.index import index
from silobridge.queries.need.linking import CHARACTERS, link
from silobridge.queries.need.offer import offer
from silobridge.queries.need.ranking import rank, rank_fusion
from silobridge.queries.need.record import NeedAsk, spread
from silobridge.queries.need.report import table, write
from silobridge.queries.need.stored import stored
from silobridge.queries.need.walk import STEPS, walk
from silobridge.queries.need.words import words

NEED = "our battery packs overheat and one cell sets off the next"


def found(ledger: Ledger, text: str = NEED, **more):
    return answer(ledger, matrices(ledger), NeedAsk(text, **more))


def test_the_planted_answers_come_with_their_steps(ledger: Ledger):
    told = found(ledger)
    methods = {one.concept.form: one for one in told.methods}
    assert methods["heat pipe"].tried == 1 and methods["heat pipe"].elsewhere == 2
    fresh = methods["intumescent coating"]
    assert fresh.tried == 0 and fresh.through.form == "thermal barrier"
    assert {place.id for place in fresh.fields} <= {"cpc:C09D", "nace:C20"}
    assert "battery pack" not in methods
    assert [place.id for place in told.own] == ["nace:C27", "cpc:H01M"] and not told.stated


def test_every_step_quotes_stored_text_and_every_document_is_foreign(ledger: Ledger):
    told = found(ledger)
    with ledger.reading() as connection:
        texts = dict(connection.execute("SELECT id, text FROM document").fetchall())
        own = connection.execute(
            "SELECT d.id FROM document d JOIN membership m USING (doc) WHERE m.domain = 'cpc:H01M'"
        )
        inside = {row[0] for row in own.fetchall()}
    steps = [step for one in told.methods for step in one.steps]
    assert steps and all(texts[s.quote.document][s.quote.start : s.quote.stop] == s.quote.text for s in steps)
    assert told.documents and not {one.id for one in told.documents} & inside
    assert told.agents and all(not set(agent.documents) & inside for agent in told.agents)


def test_a_chinese_need_finds_english_documents(ledger: Ledger):
    told = found(ledger, "电池包温度太高怎么办")
    assert [one.form for one in told.understood] == ["battery pack"]
    assert "heat pipe" in {one.concept.form for one in told.methods}


def test_a_stated_field_is_left_out(ledger: Ledger):
    told = found(ledger, fields=("cpc:B64G",))
    assert told.stated and [place.id for place in told.own] == ["cpc:B64G"]
    assert "doi:10.5555/need.4" not in {one.id for one in told.documents}
    assert "doi:10.5555/need.0" in {one.id for one in told.documents}


def test_names_are_matched_longest_first_and_once(ledger: Ledger):
    linked = link(ledger, matrices(ledger), "Heat-Pipes, a heat pipe and the Intumescent Coatings of a pipe")
    assert [matrices(ledger).form[one.concept] for one in linked] == ["heat pipe", "intumescent coating"]


def test_what_is_no_need_is_refused(ledger: Ledger):
    for text in ("", "  \n"):
        with pytest.raises(UsageError):
            NeedAsk(text)
    with pytest.raises(UsageError):
        NeedAsk("x", top=0)
    with pytest.raises(NothingFound, match="understood: no concept"):
        found(ledger, "zxqv blorp")
    with pytest.raises(NothingFound):
        found(ledger, "the of and")
    with pytest.raises(UnknownName):
        found(ledger, fields=("cpc:Z99Z",))


def test_other_scripts_and_control_characters_do_no_harm(ledger: Ledger):
    for text in ("перегрев батареи", "\x00\ud800", "🔥🔥", "ارتفاع الحرارة"):
        with pytest.raises(NothingFound):
            found(ledger, text)


def test_a_need_of_100_kb_is_cut_and_says_so(ledger: Ledger):
    told = found(ledger, (NEED + ". ") * 1800)
    assert len(told.need) == CHARACTERS and any("were read" in note for note in told.notes)


def test_the_answer_does_not_depend_on_the_order_of_documents(tmp_path: Path):
    def told(folder: Path, ids: tuple[int, ...]) -> list:
        answered = found(make(folder, [TEXTS[at] for at in ids], ids))
        return [(one.concept.form, one.through.form, round(one.score, 12)) for one in answered.methods]

    order = tuple(range(len(TEXTS)))
    assert told(tmp_path / "a", order) == told(tmp_path / "b", order[::-1])


def test_the_index_is_cached_and_rebuilt_when_broken(ledger: Ledger):
    first = index(ledger, matrices(ledger))
    file = next(iter((ledger.folder / "cache").glob("need-*.npz")))
    file.write_bytes(b"broken")
    again = index(ledger, matrices(ledger))
    assert list(first.vocabulary) == list(again.vocabulary)
    assert (first.weights != again.weights).nnz == 0


def test_bm25_is_the_formula(ledger: Ledger):
    made = index(ledger, matrices(ledger))
    said = [words(text.split("\n\n", 1)[1] + (" " + text.split("\n\n", 1)[0]) * 3) for text in _texts(ledger)]
    mean = sum(map(len, said)) / len(said)
    holding = sum("spacecraft" in some for some in said)
    idf = np.log(1 + (len(said) - holding + 0.5) / (holding + 0.5))
    expected = [
        idf
        * some.count("spacecraft")
        * 2.2
        / (some.count("spacecraft") + 1.2 * (0.25 + 0.75 * len(some) / mean))
        for some in said
    ]
    assert np.allclose(made.scores(["spacecraft"]), expected, atol=1e-5)


def _texts(ledger: Ledger) -> list[str]:
    with ledger.reading() as connection:
        return [row[0] for row in connection.execute("SELECT text FROM document ORDER BY id").fetchall()]


def test_the_walk_is_a_distribution_and_stays_near_its_seeds(ledger: Ledger):
    made = matrices(ledger)
    seeds = np.zeros(len(made.document))
    seeds[0] = 1
    reached = walk(made, seeds, np.zeros(len(made.form)))
    assert reached.documents.sum() + reached.concepts.sum() == pytest.approx(1, abs=0.5**STEPS * 2)
    assert reached.documents.argmax() == 0


def test_copies_count_once(ledger: Ledger, tmp_path: Path):
    twice = make(tmp_path / "g", (*TEXTS, *TEXTS[0:1] * 3))
    once = dict(zip(matrices(ledger).document, rank(ledger, matrices(ledger), NEED).fused, strict=True))
    again = dict(zip(matrices(twice).document, rank(twice, matrices(twice), NEED).fused, strict=True))
    assert again == pytest.approx(once)


def test_spreading_and_rank_fusion():
    assert spread([1, 1, 1, 2], [1.0, 0.95, 0.9, 0.8], 2) == [0, 3]
    assert spread([], [], 3) == []
    assert rank_fusion([np.zeros(3)]).tolist() == [0, 0, 0]


def test_reports_escape_and_hold_the_limits(ledger: Ledger, tmp_path: Path):
    told = found(ledger, NEED + " <script>alert(1)</script>")
    for name in ("a.md", "a.html", "a.json"):
        text = write(tmp_path / name, told).read_text("utf-8")
        assert "intumescent coating" in text and "nothing here says" in text
        assert name.endswith("json") or "<script>alert" not in text
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["methods"]
    with pytest.raises(UnknownName):
        write(tmp_path / "a.pdf", told)
    assert len(table(told)) == sum(map(len, (told.methods, told.fields, told.documents, told.agents)))


def test_stored_needs_meet_what_came_later(tmp_path: Path):
    ledger = make(tmp_path / "g", TEXTS[:4])
    with pytest.raises(NothingFound):
        stored(ledger, matrices(ledger))
    add(ledger, batch((("need", (), "Our battery pack overheats, thermal runaway spreads."),), 50))
    position = ledger.position()
    assert len(stored(ledger, matrices(ledger), position)) == 0
    add(ledger, batch(TEXTS[4:], 60))
    later = stored(ledger, matrices(ledger), position)
    assert {row["document"] for row in later} == {"doi:10.5555/need.60"}
    assert later[0]["need"] == "doi:10.5555/need.50" and later[0]["from"] == "another field"


def test_an_offer_leads_to_other_industries(ledger: Ledger):
    told = offer(ledger, matrices(ledger), "intumescent coating")
    kinds = {row["what"] for row in told}
    assert {"industry", "patent", "organisation"} <= kinds
    ids = [row["id"] for row in told]
    assert "cpc:H01M" in ids and "cpc:C09D" not in ids
    assert offer(ledger, matrices(ledger), "doi:10.5555/need.6").rows
    with pytest.raises(UnknownName):
        offer(ledger, matrices(ledger), "perpetuum mobile")
