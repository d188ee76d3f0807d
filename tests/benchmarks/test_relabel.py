"""What the second look at a span sees of the spans beside it, and what it does not."""

from benchmarks.understanding.gold import Entity
from benchmarks.understanding.relabel import _company
from benchmarks.understanding.words import Sentence

WORDS = (["thin", "film", "on", "coil"], ["film", "heats"])


def sentences() -> list[Sentence]:
    made, place = [], 0
    for words in WORDS:
        starts = []
        for word in words:
            starts.append(place)
            place += len(word) + 1
        stops = [start + len(word) for start, word in zip(starts, words, strict=True)]
        blank = [""] * len(words)
        made.append(Sentence(words, words, blank, blank, [0] * len(words), blank, starts, stops))
    return made


def test_a_span_sees_its_neighbours_in_the_sentence_and_its_last_word_elsewhere_but_not_itself():
    spans = [Entity(13, 17, "Component"), Entity(0, 9, "Material"), Entity(18, 22, "Function")]
    coil, thin, film = _company(sentences(), spans)
    assert coil == {"pl=Material": 1, "nl=": 1, "pn=Material|": 1, "ph=Material|coil": 1, "D?": 1}
    assert thin.keys() == {"pl=", "nl=Component", "pn=|Component", "ph=|film", "DFunction"}
    assert film.keys() == {"pl=", "nl=", "pn=|", "ph=|film", "DMaterial"}
    other = [spans[0]._replace(label="Shape"), *spans[1:]]
    assert _company(sentences(), other)[0] == coil
    assert _company(sentences(), []) == []
