"""The kit's sets about records, organisations, people and names in two languages; and how joining scales."""

import pytest
from real import real_data

from benchmarks import resolution
from benchmarks.understanding import agents, bilingual, dblp
from benchmarks.understanding.table import Options
from silobridge.kg.errors import ReadError

LEFT = "COL title VAL {} COL authors VAL jennifer widom , j &#246; rg k &#246; ller COL venue VAL vldb COL year VAL 2003"
RIGHT = "COL title VAL {} COL authors VAL jörg köller , j. widom COL venue VAL very large data bases COL year VAL {}"


def slice_of(folder, pairs):
    rows = [f"{LEFT.format(a)} \t{RIGHT.format(b, year)} \t{label}" for a, b, year, label in pairs]
    (folder / "pairs.txt").write_text("\n".join(rows) + "\n")


def test_records_are_read_scored_and_compared_with_baselines(tmp_path):
    titles = [
        f"managing {word} data in streams"
        for word in ("secure", "spatial", "mobile", "textual", "fuzzy", "legal")
    ]
    slice_of(
        tmp_path,
        [(t, t.upper(), 2003, 1) for t in titles] + [(t, "other work on joins", 2001, 0) for t in titles],
    )
    cases = dblp.load(tmp_path)
    assert cases[0].left.people == ("jennifer widom", "jörg köller")
    outcome = dblp.run(Options(tmp_path, tmp_path, apart=True))
    scores = {line.system: line.score.f1 for line in outcome.lines}
    assert scores["shipped linker"] == scores["exact title"] == 1.0
    assert "6 of 6 true pairs" in outcome.notes[2]
    (tmp_path / "pairs.txt").write_text("COL title VAL a\n")
    with pytest.raises(ReadError, match="1 cells"):
        dblp.load(tmp_path)


def test_no_record_stands_in_both_parts():
    def case(title):
        return dblp.Case(
            dblp._record("dblp", LEFT.format(title)), dblp._record("acm", RIGHT.format("x", 2003)), False
        )

    parts = {dblp.tested(case(f"title {n}")) for n in range(40)}
    assert parts == {True, False}
    assert dblp.tested(case("title 1")) == dblp.tested(case("title 1"))


def test_surface_forms_are_the_same_for_the_same_seed_and_know_their_name():
    base = ["neural network", "lithium ion battery", "optical fiber", "tumor cell"]
    made = list(resolution.surfaces(base, 40, 0))
    assert made == list(resolution.surfaces(base, 40, 0)) and len(made) == 40
    found = resolution.measure_forms(base, 40, 0)
    assert found["joined"]["case"] == found["joined"]["hyphen"] == found["joined"]["british"] == 1.0
    assert found["largest_block"] <= 3
    records = resolution.measure_records(base, 60, 0)
    assert records["recall_of_blocking"] > 0.9


@pytest.mark.real
def test_the_linker_finds_what_dblp_and_acm_share():
    outcome = dblp.run(Options(real_data("gold", "er_dblp_acm"), real_data("gold", "er_dblp_acm")))
    assert all(line.score.f1 >= 0.98 for line in outcome.lines if line.system == "shipped linker")


@pytest.mark.real
def test_names_are_joined_better_than_by_the_exact_name():
    for run, folder in ((agents.run_organisations, "lens"),):
        outcome = run(Options(real_data("patents", folder), real_data("patents", folder)))
        scores = {line.system: line.score for line in outcome.lines}
        assert scores["shipped"].f1 > scores["letters and digits alone"].f1 > scores["exact name"].f1
        assert scores["shipped"].precision > 0.9


@pytest.mark.real
def test_chinese_names_begin_where_they_were_read():
    texts = bilingual._texts(real_data("papers", "chinese_csl"))
    rows = dict(bilingual._boundaries(texts, bilingual._rows("bilingual_places.tsv")))
    assert rows["shipped"][:, 0].mean() > 0.7 > rows["last run of nouns"][:, 0].mean()


def test_gold_pairs_are_many_and_each_has_a_chinese_name():
    rows = bilingual._rows("bilingual_pairs.tsv")
    assert len(rows) >= 300 and len({row[0] for row in rows}) == len(rows)
    assert all(len(row) == 2 and not row[1].isascii() for row in rows)
