"""Relations end to end: pairs read and written by the words of their sentence, both systems scored alike."""

from benchmarks.understanding import ends
from benchmarks.understanding.gold import Entity, Text, joined

ROWS = [
    {"text": "[[ lasers ]] heat << zinc oxide >>", "label": "USED-FOR", "metadata": [0, 0, 2, 3]},
    {"text": "<< lasers >> heat [[ zinc oxide ]]", "label": "COMPARE", "metadata": [2, 3, 0, 0]},
    {"text": "<< a >> of [[ b ]]", "label": "PART-OF", "metadata": [2, 2, 0, 0]},
]


def text() -> Text:
    words, tokens = joined([["lasers", "heat", "zinc", "oxide"], ["a", "of", "b"]])
    entities = (
        Entity(0, 6, "Method"),
        Entity(12, 22, "Material"),
        Entity(23, 24, "Task"),
        Entity(28, 29, "Task"),
    )
    assert [words[e.start : e.stop] for e in entities] == ["lasers", "zinc oxide", "a", "b"]
    return Text("1", words, entities, (), tokens)


def test_a_relation_is_known_by_its_sentence_and_a_mutual_one_has_no_direction():
    known = ends.told(ROWS)
    assert known["lasers heat zinc oxide"] == {((0, 0), (2, 3), "USED-FOR"), ((0, 0), (2, 3), "COMPARE")}
    assert known["a of b"] == {((2, 2), (0, 0), "PART-OF")}


def test_what_is_asked_are_the_pairs_of_found_spans_and_what_is_right_is_counted_once():
    seen: list[ends.Between] = []

    def classify(learn, asked):
        assert {pair.label for pair in learn} == {"COMPARE", "PART-OF<"}
        seen.extend(asked)
        return ["USED-FOR", "PART-OF<"]

    one = text()
    (wide, few, ours) = ends.lines(([one], ROWS[1:]), ([one], [ROWS[0], ROWS[2]]), [one.entities], classify)
    assert [(pair.one, pair.other, pair.kinds) for pair in seen] == [
        ((0, 0), (2, 3), ("Method", "Material")),
        ((0, 0), (2, 2), ("Task", "Task")),
    ]
    assert wide.score.f1 == ours.score.f1 == 1.0
    assert (wide.score.gold, few.system) == (2, "shipped claims")
    (turned, *_) = ends.lines(([one], ROWS[1:]), ([one], [ROWS[0], ROWS[2]]), [one.entities],
                              lambda learn, asked: ["USED-FOR<", ends.NONE])  # fmt: skip
    assert (turned.score.f1, turned.score.found) == (0.0, 1)
    (moved, *_) = ends.lines(([one], ROWS[1:]), ([one], [ROWS[0], ROWS[2]]), [one.entities[2:]],
                             lambda learn, asked: ["PART-OF<"])  # fmt: skip
    assert (moved.score.precision, moved.score.recall) == (1.0, 0.5)
