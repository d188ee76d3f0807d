"""Learning what a gold set teaches the shipped types: ends of terms, and the words by which its field is known.

It promises the same result for the same texts in any order, and looks at nothing but the texts it is given. It
refuses an end seen in few documents, with several types, or one that the word list already types.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import NamedTuple

from benchmarks.understanding import sofc, tfh
from benchmarks.understanding.gold import Text
from silobridge.ingest.extractors.learned_en import PATENT, Taught
from silobridge.ingest.extractors.types import type_of
from silobridge.kg.forms import normal_form
from silobridge.kg.model import Kind

SETS: Mapping[str, ModuleType] = {"sofc": sofc, "tfh": tfh}
"""The sets whose licence lets what is learned from them be passed on."""

LEAST = (4, 3)
"""How often an end of one word, and one of several, must stand."""

PURE = 0.75
DOCUMENTS = 3
EVERYWHERE = 10
"""In how many documents a last word must name parts to do so in patents of every field."""

PURE_EVERYWHERE = 0.9
TOLD = 0.03
"""Share of a set's documents that must hold a telling word."""

TELLING = 30.0
"""How many times as often as in running English."""

OWN = 0.02
"""Share of a set's own documents that may fall short of its field's least share of telling words."""

_SAYABLE = frozenset({"", "device", "material", "method", "property"})
"""Types of the word list that a set may correct: it has labels for all of them."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[a-z]{3,}")


class End(NamedTuple):
    """The end of a term: its labels, the documents it stands in, and those where it stands alone."""

    labels: Counter[str]
    documents: set[str]
    alone: set[str]

    def label(self) -> str:
        """Give the most frequent label, ties by name."""
        return min(self.labels, key=lambda label: (-self.labels[label], label))

    def purity(self) -> float:
        """Give the share of the most frequent label."""
        return self.labels[self.label()] / self.labels.total()


def learn(name: str, texts: Sequence[Text]) -> dict[str, Taught]:
    """Learn what texts of a set teach: about its field, and, patents, about patents at large.

    Parameters
    ----------
    name
        A key of `SETS`.
    texts
        Texts of the set, any part of it.
    """
    module = SETS[name]
    ends = _ends(texts, module.TYPES)
    telling = _telling(texts)
    shares = sorted(_share(text, telling) for text in texts)
    share = round(shares[int(OWN * len(shares))], 4) if shares else 1.0
    patents = module.KIND == Kind.PATENT
    field = Taught(_types(ends), telling, share, patents)
    return {name: field, PATENT: Taught(_everywhere(ends), patents=True)} if patents else {name: field}


def _ends(texts: Sequence[Text], types: Mapping[str, str]) -> dict[str, End]:
    ends: dict[str, End] = defaultdict(lambda: End(Counter(), set(), set()))
    for text in texts:
        for entity in text.entities:
            form = normal_form(text.text[entity.start : entity.stop]).strip()
            for end in _tails(form):
                ends[end].labels[types.get(entity.label, "")] += 1
                ends[end].documents.add(text.id)
            ends[form].alone.add(text.id)
    return ends


def _tails(form: str) -> Iterator[str]:
    while form:
        yield form
        form = form.partition(" ")[2]


def _types(ends: Mapping[str, End]) -> dict[str, str]:
    """Choose the ends that say more than the word list or a shorter end does, shorter ends first."""
    chosen: dict[str, str] = {}
    for end in sorted(ends, key=lambda end: (end.count(" "), end)):
        seen, listed = ends[end], type_of(end)
        if seen.labels.total() < LEAST[" " in end] or len(seen.documents) < DOCUMENTS:
            continue
        if seen.purity() < PURE or listed not in _SAYABLE or (listed and not seen.label()):
            continue
        if seen.label() != next((chosen[tail] for tail in _tails(end) if tail in chosen), listed):
            chosen[end] = seen.label()
    return chosen


def _everywhere(ends: Mapping[str, End]) -> dict[str, str]:
    return {
        end: "device"
        for end, seen in sorted(ends.items())
        if " " not in end and len(seen.documents) >= EVERYWHERE
        if len(seen.documents - seen.alone) >= DOCUMENTS
        if seen.label() == "device" and seen.purity() >= PURE_EVERYWHERE and not type_of(end)
    }


def _telling(texts: Sequence[Text]) -> frozenset[str]:
    from wordfreq import get_frequency_dict

    english = get_frequency_dict("en", "small")
    said: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for text in texts:
        found = _WORD.findall(text.text.lower())
        said.update(found)
        spread.update(set(found))
    least = max(DOCUMENTS, TOLD * len(texts))
    total = said.total()
    return frozenset(
        word
        for word, count in spread.items()
        if count >= least and said[word] / total >= TELLING * max(english.get(word, 0.0), 1e-7)
    )


def _share(text: Text, telling: frozenset[str]) -> float:
    found = _TOKEN.findall(text.text.lower())
    return sum(word in telling for word in found) / max(1, len(found))
