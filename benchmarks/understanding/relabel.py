"""A second look at found spans: what the whole span and its surroundings say about its label.

It promises to move no boundary, and to weigh its own probability with the tagger's. It refuses to see a
span's own label: of its document it sees those of the other spans, the tagger's where it is asked.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.understanding.features import Tables, forms, labelled, shape
from benchmarks.understanding.gold import Entity
from benchmarks.understanding.words import Sentence
from silobridge.ingest.extractors.types import type_of
from silobridge.kg.errors import MissingExtra
from silobridge.kg.forms import singular

STRENGTH = 2.0
Row = dict[str, float]


class Relabeller:
    """A linear model of labels given spans.

    Parameters
    ----------
    documents, entities
        The sentences and spans to learn from.
    tables
        Forms and last words with the labels they have there.
    """

    def __init__(
        self, documents: Sequence[list[Sentence]], entities: Sequence[Sequence[Entity]], tables: Tables
    ) -> None:
        try:
            from sklearn.feature_extraction import DictVectorizer
            from sklearn.linear_model import LogisticRegression
        except ImportError as error:
            raise MissingExtra("scikit-learn", "evaluate") from error
        self._tables = tables
        rows: list[Row] = []
        labels: list[str] = []
        for sentences, some in zip(documents, entities, strict=True):
            own = labelled(sentences, some)
            for entity, row in zip(some, self._rows(sentences, some, own), strict=True):
                if row:
                    rows.append(row)
                    labels.append(entity.label)
        self._look = DictVectorizer(dtype=np.float32)
        self._model: Any = LogisticRegression(C=STRENGTH, max_iter=60, tol=1e-3)
        self._model.fit(self._look.fit_transform(rows), labels)
        self.labels = [str(label) for label in self._model.classes_]

    def probabilities(self, sentences: Sequence[Sentence], spans: Sequence[Entity]) -> list[dict[str, float]]:
        """Give each span's probability by label."""
        rows = self._rows(sentences, spans, [])
        if not rows:
            return []
        found = self._model.predict_proba(self._look.transform(rows))
        return [dict(zip(self.labels, row.tolist(), strict=True)) for row in found]

    def _rows(
        self, sentences: Sequence[Sentence], spans: Sequence[Entity], own: Sequence[tuple[str, str]]
    ) -> list[Row]:
        mine: dict[str, Counter[str]] = defaultdict(Counter)
        heads: dict[str, Counter[str]] = defaultdict(Counter)
        for form, label in own:
            mine[form][label] += 1
            heads[form.rpartition(" ")[2]][label] += 1
        said = Counter(lemma for sentence in sentences for lemma in sentence.lemmas)
        rows = []
        for entity in spans:
            found: Row = {}
            for sentence in sentences:
                places = [
                    place
                    for place, (start, stop) in enumerate(zip(sentence.starts, sentence.stops, strict=True))
                    if start < entity.stop and entity.start < stop
                ]
                if places:
                    found = _row(sentence, places[0], places[-1] + 1)
                    form = " ".join(sentence.lemmas[places[0] : places[-1] + 1])
                    head = sentence.lemmas[places[-1]]
                    found |= _shares("F", self._tables.forms.get(form), mine.get(form))
                    found |= _shares("H", self._tables.heads.get(head), heads.get(head))
                    found["said"] = min(said[head], 5) / 5
                    found |= {
                        f"k{level}={code}": 1.0
                        for level, code in enumerate(
                            self._tables.clusters.get(sentence.words[places[-1]].lower(), ())
                        )
                    }
                    break
            rows.append(found)
        return [
            row | more if row else row for row, more in zip(rows, _company(sentences, spans), strict=True)
        ]


def _company(sentences: Sequence[Sentence], spans: Sequence[Entity]) -> list[Row]:
    """Say how the spans beside each in its sentence are labelled, and its last word elsewhere in the document."""
    begins = sorted(sentence.starts[0] for sentence in sentences)
    order = sorted(range(len(spans)), key=lambda number: spans[number])
    homes = [bisect_right(begins, spans[number].start) for number in order]

    def label(at: int, near: int) -> str:
        beside = 0 <= near < len(order) and homes[near] == homes[at]
        return spans[order[near]].label if beside else ""

    sides = [(label(at, at - 1), label(at, at + 1)) for at in range(len(order))]
    lasts = [form.rpartition(" ")[2] for form in forms(sentences, spans)]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for last, span in zip(lasts, spans, strict=True):
        said[last][span.label] += 1
    rows: list[Row] = [{} for _ in spans]
    for number, (before, after) in zip(order, sides, strict=True):
        last = lasts[number]
        row = dict.fromkeys(
            (f"pl={before}", f"nl={after}", f"pn={before}|{after}", f"ph={before}|{last}"), 1.0
        )
        rows[number] = row | _shares("D", said[last], {spans[number].label: 1})
    return rows


def _shares(mark: str, counted: Mapping[str, int] | None, own: Mapping[str, int] | None) -> Row:
    """Give the shares of labels a form had elsewhere."""
    left = {
        label: count - (own.get(label, 0) if own else 0)
        for label, count in (counted or {}).items()
        if label != "."
    }
    total = sum(left.values())
    if total <= 0:
        return {f"{mark}?": 1.0}
    return {f"{mark}{label}": count / (total + 0.5) for label, count in sorted(left.items()) if count > 0}


def _row(sentence: Sentence, start: int, stop: int) -> Row:
    lemmas, tags = sentence.lemmas, sentence.tags
    before = ["<", "<", "<", *lemmas[:start]][-3:]
    after = [*lemmas[stop:], ">", ">", ">"][:3]
    last = stop - 1
    governor = sentence.heads[last]
    verb = next((lemmas[n] for n in range(start - 1, -1, -1) if tags[n].startswith("VB")), "")
    preposition = next(
        (lemmas[n] for n in range(start - 1, max(-1, start - 4), -1) if tags[n] in ("IN", "TO")), ""
    )
    keys = [
        f"form={' '.join(lemmas[start:stop])}", f"head={lemmas[last]}", f"tail={lemmas[last][-3:]}",
        f"tail4={lemmas[last][-4:]}", f"first={lemmas[start]}", f"two={' '.join(lemmas[max(start, stop - 2) : stop])}",
        f"b1={before[-1]}", f"b2={' '.join(before[-2:])}", f"b3={' '.join(before)}", f"a1={after[0]}",
        f"a2={' '.join(after[:2])}", f"dep={sentence.deps[last]}", f"gov={lemmas[governor]}",
        f"depgov={sentence.deps[last]}|{lemmas[governor]}", f"tag={tags[last]}", f"verb={verb}", f"prep={preposition}",
        f"hp={lemmas[last]}|{before[-1]}", f"hprep={lemmas[last]}|{preposition}",
        f"hd={lemmas[last]}|{sentence.deps[last]}",
        f"ha={lemmas[last]}|{after[0]}", f"size={min(stop - start, 5)}", f"shape={shape(sentence.words[last])}",
        f"type={type_of(singular(sentence.words[last].lower()))}", f"tags={' '.join(tags[start:stop])}",
    ]  # fmt: skip
    keys += [f"in={lemma}" for lemma in lemmas[start:last]]
    return dict.fromkeys(keys, 1.0)
