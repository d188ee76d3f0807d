"""Keyphrases: the shipped terms ranked, beside TF-IDF × weirdness × position, C-value and TextRank.

It promises macro F1 at k after stemming, every ranking over the same documents in the same run. It
refuses to tune weights: each ranking is its published formula.
"""

import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.understanding import shipped
from benchmarks.understanding.gold import Text
from benchmarks.understanding.metrics import RESAMPLES, SEED, Score
from benchmarks.understanding.table import Line, Options, Outcome
from benchmarks.understanding.words import Sentence, sentences
from silobridge.kg.forms import normal_form

TITLE = "Inspec keyphrases"
FOLDER = "inspec"
LICENCE = "evaluation only"
TRAINS = False
CUTS = (5, 10)
MOST = 500
"""Documents read, from the beginning of the file: the design notes' baselines stand on as many."""


class Candidate(NamedTuple):
    """A form with where its mentions begin, as a share of the text's length."""

    form: str
    places: tuple[float, ...]


Ranking = Callable[[int, Sequence[Candidate]], Mapping[str, float]]


def load(folder: Path) -> tuple[list[Text], list[list[str]]]:
    """Read texts and their keys."""
    texts, keys = [], []
    for path in sorted(folder.glob("*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                texts.append(Text(str(record["id"]), " ".join(record["text"].split()), ()))
                keys.append([str(key) for key in record["keys"]])
    return texts[:MOST], keys[:MOST]


def run(options: Options) -> Outcome:
    """Evaluate the rankings."""
    texts, keys = load(options.data)
    mentions, _ = shipped.extract(texts)
    ours = [
        _candidates(text, [(m.form, m.start) for m in some])
        for text, some in zip(texts, mentions, strict=True)
    ]
    rows = sentences(texts, options.keep)
    plain = [_candidates(text, _runs(some)) for text, some in zip(texts, rows, strict=True)]
    ranked = {
        "TF-IDF × weirdness × position": _rank(plain, weird(plain)),
        "C-value": _rank(plain, c_value),
        "TextRank": _rank(plain, text_rank(rows)),
        "shipped terms, TF-IDF × weirdness × position": _rank(ours, weird(ours)),
        "shipped terms, C-value × TF-IDF × position": _rank(ours, mixed(ours)),
    }
    return Outcome(
        TITLE, LICENCE, tuple(lines(keys, ranked, "TF-IDF × weirdness × position")),
        (f"{len(texts)} documents, macro averages, exact match of stems; document frequencies of these documents",),
    )  # fmt: skip


def lines(
    keys: Sequence[Sequence[str]], ranked: Mapping[str, list[list[str]]], against: str,
    same: Callable[[str], str] | None = None, cuts: Sequence[int] = CUTS,
) -> list[Line]:  # fmt: skip
    """Score rankings at each cut, with paired intervals over the ranking named `against`."""
    alike = same or stemmed
    gold = [{alike(key) for key in some} for some in keys]
    found = []
    draws = np.random.default_rng(SEED).integers(0, len(keys), (RESAMPLES, len(keys)))
    for cut in cuts:
        table = {
            name: np.array([_prf(gold[n], some[n], cut, alike) for n in range(len(keys))])
            for name, some in ranked.items()
        }
        for name, scores in table.items():
            p, r, f = scores.mean(axis=0)
            low, high = np.quantile(scores[:, 2][draws].mean(axis=1), (0.025, 0.975))
            gain = None
            if name != against:
                apart = scores[:, 2] - table[against][:, 2]
                edges = np.quantile(apart[draws].mean(axis=1), (0.025, 0.975))
                gain = (float(apart.mean()), float(edges[0]), float(edges[1]))
            score = Score(
                float(p), float(r), float(f), float(low), float(high), sum(map(len, gold)), cut * len(keys)
            )
            found.append(Line(f"@{cut}", name, score, gain, against if gain else ""))
    return found


@cache
def _stem(word: str) -> str:
    from benchmarks.understanding.porter import stem

    return stem(word)


def stemmed(key: str) -> str:
    """Give a key's words stemmed, hyphens as spaces."""
    return " ".join(_stem(word) for word in key.lower().replace("-", " ").split())


def _prf(
    gold: set[str], ranked: Sequence[str], cut: int, same: Callable[[str], str]
) -> tuple[float, float, float]:
    said = list(dict.fromkeys(same(form) for form in ranked))[:cut]
    right = len(gold & set(said))
    p, r = right / len(said) if said else 0.0, right / len(gold) if gold else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def _candidates(text: Text, found: Iterable[tuple[str, int]]) -> list[Candidate]:
    places: dict[str, list[float]] = defaultdict(list)
    for form, start in found:
        places[form].append(start / max(1, len(text.text)))
    return [Candidate(form, tuple(sorted(some))) for form, some in sorted(places.items())]


def _runs(rows: Sequence[Sentence]) -> list[tuple[str, int]]:
    """Give the runs of adjectives and nouns that end in a noun, as forms with their places."""
    found = []
    for row in rows:
        place = 0
        while place < len(row.words):
            stop = place
            while stop < len(row.words) and row.tags[stop] in (
                "JJ",
                "NN",
                "NNS",
                "NNP",
                "NNPS",
                "HYPH",
                "VBG",
                "VBN",
            ):
                stop += 1
            end = stop
            while end > place and not row.tags[end - 1].startswith("NN"):
                end -= 1
            form = normal_form(" ".join(row.words[place:end]).replace(" - ", "-"))
            if form and len(form.split()) <= 5:
                found.append((form, row.starts[place]))
            place = max(stop, place) + 1
    return found


def _rank(documents: Sequence[Sequence[Candidate]], ranking: Ranking) -> list[list[str]]:
    ranked = []
    for number, some in enumerate(documents):
        scores = ranking(number, some)
        ranked.append(sorted(scores, key=lambda form: (-scores[form], form)))
    return ranked


def weird(documents: Sequence[Sequence[Candidate]]) -> Ranking:
    """Rank by frequency × inverse document frequency × rarity in running English × an early place."""
    idf = _idf(documents)

    def ranking(_: int, some: Sequence[Candidate]) -> dict[str, float]:
        return {c.form: len(c.places) * idf[c.form] * _rarity(c.form) * _early(c) for c in some}

    return ranking


def mixed(documents: Sequence[Sequence[Candidate]]) -> Ranking:
    """Rank by C-value × inverse document frequency × an early place."""
    idf = _idf(documents)

    def ranking(number: int, some: Sequence[Candidate]) -> dict[str, float]:
        worth = c_value(number, some)
        return {c.form: max(worth[c.form], 0.1) * idf[c.form] * _rarity(c.form) * _early(c) for c in some}

    return ranking


def c_value(_: int, some: Sequence[Candidate]) -> dict[str, float]:
    """Rank by C-value (Frantzi, Ananiadou, Mima 2000), with log2(words + 1) so that single words count."""
    scores = {}
    for one in some:
        around = [len(c.places) for c in some if c.form != one.form and f" {one.form} " in f" {c.form} "]
        freq = len(one.places) - (sum(around) / len(around) if around else 0.0)
        scores[one.form] = math.log2(len(one.form.split()) + 1) * freq
    return scores


def text_rank(rows: Sequence[Sequence[Sentence]]) -> Ranking:
    """Rank by the page rank of words that stand within three words of each other (Mihalcea, Tarau 2004)."""

    def ranking(number: int, some: Sequence[Candidate]) -> dict[str, float]:
        words = _word_ranks(rows[number])
        return {c.form: sum(words.get(word, 0.0) for word in c.form.split()) for c in some}

    return ranking


def _word_ranks(rows: Sequence[Sentence]) -> dict[str, float]:
    links: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        kept = [
            normal_form(word)
            for word, tag in zip(row.words, row.tags, strict=True)
            if tag[:2] in ("NN", "JJ") and normal_form(word)
        ]
        for place, word in enumerate(kept):
            for other in kept[place + 1 : place + 3]:
                if word != other:
                    links[word][other] += 1
                    links[other][word] += 1
    ranks = dict.fromkeys(sorted(links), 1.0)
    for _ in range(30):
        ranks = {
            word: 0.15
            + 0.85 * sum(ranks[o] * n / sum(links[o].values()) for o, n in sorted(links[word].items()))
            for word in ranks
        }
    return ranks


def _idf(documents: Sequence[Sequence[Candidate]]) -> dict[str, float]:
    counted = Counter(candidate.form for some in documents for candidate in some)
    return {form: math.log(1 + len(documents) / count) for form, count in counted.items()}


def _rarity(form: str) -> float:
    from wordfreq import zipf_frequency

    parts = form.split()
    return max(1.0, 8.0 - sum(zipf_frequency(word, "en") for word in parts) / len(parts)) if parts else 1.0


def _early(candidate: Candidate) -> float:
    return 1.0 / (0.5 + candidate.places[0])
