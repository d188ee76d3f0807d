"""CSL keywords: the shipped Chinese terms ranked, beside TF-IDF over segments and TextRank.

It promises macro F1 at 3, 5 and 10 on exact keywords. It refuses to count what the abstract does not
hold as the ranking's fault: the share of keywords present is stated beside it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.understanding import shipped
from benchmarks.understanding.gold import Text
from benchmarks.understanding.table import Options, Outcome
from benchmarks.understanding.termhood import Candidate, Ranking, _early, _idf, _rank, lines
from silobridge.kg.forms import normal_form

TITLE = "CSL keywords"
FOLDER = "../papers/chinese_csl"
LICENCE = "Apache-2.0"
TRAINS = True
CUTS = (3, 5, 10)


def load(folder: Path) -> tuple[list[Text], list[list[str]]]:
    """Read texts and their keywords."""
    texts, keys = [], []
    for path in sorted(folder.glob("kg.*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            cells = line.split("\t")
            if len(cells) >= 3:
                texts.append(Text(f"{path.stem}:{number}", cells[1], ()))
                keys.append([key for key in cells[2].split("_") if key])
    return texts, keys


def run(options: Options) -> Outcome:
    """Evaluate the rankings."""
    texts, keys = load(options.data)
    mentions, _ = shipped.extract(texts, "zh")
    ours = [_of(text, [(m.form, m.start) for m in some]) for text, some in zip(texts, mentions, strict=True)]
    words = [_segments(text) for text in texts]
    plain = [_of(text, some) for text, some in zip(texts, words, strict=True)]
    ranked = {
        "segments, TF-IDF": _rank(plain, frequent(plain)),
        "segments, TextRank": _rank(plain, text_rank(words)),
        "shipped terms, TF-IDF": _rank(ours, frequent(ours)),
        "shipped terms, TF-IDF × position × length": _rank(ours, frequent(ours, shaped=True)),
    }
    held = sum(key in text.text for text, some in zip(texts, keys, strict=True) for key in some)
    share = held / max(1, sum(map(len, keys)))
    notes = (f"{len(texts)} abstracts; {share:.1%} of the keywords stand in the abstract as written",)
    same = _same
    return Outcome(TITLE, LICENCE, tuple(lines(keys, ranked, "segments, TF-IDF", same, CUTS)), notes)


def _same(key: str) -> str:
    return normal_form(key, "zh")


def frequent(documents: Sequence[Sequence[Candidate]], shaped: bool = False) -> Ranking:
    """Rank by frequency × inverse document frequency, and with `shaped` by place and length too."""
    idf = _idf(documents)

    def ranking(_: int, some: Sequence[Candidate]) -> dict[str, float]:
        return {
            c.form: len(c.places) * idf[c.form] * (_early(c) * min(len(c.form), 8) ** 0.5 if shaped else 1.0)
            for c in some
        }

    return ranking


def text_rank(words: Sequence[Sequence[tuple[str, int]]]) -> Ranking:
    """Rank segments by the page rank of their company within three segments."""

    def ranking(number: int, some: Sequence[Candidate]) -> dict[str, float]:
        kept = [word for word, _ in words[number]]
        links: dict[str, Counter[str]] = defaultdict(Counter)
        for place, word in enumerate(kept):
            for other in kept[place + 1 : place + 3]:
                if word != other:
                    links[word][other] += 1
                    links[other][word] += 1
        ranks = dict.fromkeys((c.form for c in some), 1.0)
        for _ in range(20):
            ranks = {
                word: 0.15
                + 0.85 * sum(ranks[o] * n / sum(links[o].values()) for o, n in sorted(links[word].items()))
                for word in ranks
            }
        return ranks

    return ranking


def _of(text: Text, found: Sequence[tuple[str, int]]) -> list[Candidate]:
    places: dict[str, list[float]] = defaultdict(list)
    for form, start in found:
        places[form].append(start / max(1, len(text.text)))
    return [Candidate(form, tuple(some)) for form, some in sorted(places.items())]


def _segments(text: Text) -> list[tuple[str, int]]:
    """Give the nouns of a segmented text of two characters or more."""
    from rjieba import tag

    found, place = [], 0
    for word, kind in tag(text.text):
        if (kind[:1] in ("n", "v") and kind != "v" and len(word) > 1) or kind == "eng":
            found.append((normal_form(word, "zh"), place))
        place += len(word)
    return found
