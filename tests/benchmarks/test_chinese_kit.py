"""The Chinese sets of the kit: labels count where their text stands, whatever folder it stands in."""

import pytest

from benchmarks.understanding import claims_zh, table, types_zh

HEAD = "part\torigin\tdocument\tstart\tstop\tterm\ttype\treader\tread\n"
TEXT = "采用高效液相色谱法测定人参皂苷的含量。石墨烯用于气体传感器。"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "kg.dev.tsv").write_text(f"题目\t{TEXT}\t石墨烯\n", "utf-8")
    return tmp_path


def test_types_count_where_the_term_stands(folder):
    at = TEXT.index("石墨烯")
    rows = [
        f"dev\tkeyword\tkg.dev:0\t{at}\t{at + 3}\t石墨烯\tmaterial\tr\td\n",
        f"test\tmention\tkg.dev:0\t{at + 5}\t{at + 10}\t气体传感器\tdevice\tr\td\n",
        "test\tmention\tkg.dev:0\t0\t2\t别的\tnone\tr\td\n",
    ]
    (folder / types_zh.LABELS).write_text(HEAD + "".join(rows), "utf-8")
    outcome = types_zh.run(table.Options(folder, folder))
    scores = {(line.part, line.system): line.score for line in outcome.lines}
    assert scores["test, typed", "shipped"].f1 == 1.0
    assert scores["test, typed", "commonest type"].f1 == 0.0
    assert scores["test, typed", "shipped, stored mentions only"].gold == 1
    assert outcome.notes[0].startswith("2 of 3 labelled terms")


def test_a_term_that_no_type_fits_costs_precision_only(folder):
    at = TEXT.index("石墨烯")
    (folder / types_zh.LABELS).write_text(
        HEAD + f"test\tkeyword\tkg.dev:0\t{at}\t{at + 3}\t石墨烯\tnone\tr\td\n", "utf-8"
    )
    outcome = types_zh.run(table.Options(folder, folder))
    score = {(line.part, line.system): line.score for line in outcome.lines}["test, typed", "shipped"]
    assert (score.found, score.gold, score.precision) == (1, 0, 0.0)


def test_claims_are_found_where_they_are_wanted(folder):
    graphene, sensor = TEXT.index("石墨烯"), TEXT.index("气体")
    content, method = TEXT.index("含量"), TEXT.index("高效")
    rows = [
        ("test", graphene, graphene + 3, "used-for", sensor, sensor + 5),
        ("test", content, content + 2, "causes", method, method + 7),
    ]
    lines = ["part\tdocument\tsubject_start\tsubject_stop\tpredicate\tobject_start\tobject_stop\n"]
    lines += ["\t".join(map(str, (part, "kg.dev:0", *rest))) + "\n" for part, *rest in rows]
    (folder / claims_zh.WANTED).write_text("".join(lines), "utf-8")
    outcome = claims_zh.run(table.Options(folder, folder))
    scores = {(line.part, line.system): line.score for line in outcome.lines}
    assert scores["wanted, test", "shipped"].recall == 0.5
    assert scores["wanted, test", "shipped, any predicate"].recall == 1.0
    assert any("in 100" in note for note in outcome.notes)
