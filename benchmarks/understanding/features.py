"""What a tagger may look at: the features of the baseline of the design notes, and a richer set.

It promises strings that depend on the words alone, and on tables learned from training documents or
unlabelled text. It refuses labels of the document it describes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.understanding.gold import Entity
from benchmarks.understanding.words import Sentence
from silobridge.ingest.extractors.types import type_of
from silobridge.kg.forms import singular

Features = list[list[str]]
LONGEST = 6
"""Words of the longest span looked up in a table of forms."""


def shape(word: str) -> str:
    """Give a word's shape, runs shortened.

    Examples
    --------
    >>> shape("Al2O3"), shape("YSZ-based")
    ('XxdXd', 'XXX-xxx')
    """
    spelled = re.sub(r"\d", "d", re.sub(r"[A-Z]", "X", re.sub(r"[a-z]", "x", word)))
    return re.sub(r"(.)\1{3,}", r"\1\1\1", spelled)


def baseline(sentence: Sentence) -> Features:
    """Give word, lemma, shape, affixes, part of speech, chunk, and the neighbours' of these."""
    rows = []
    for place, word in enumerate(sentence.words):
        lower = word.lower()
        row = [
            "bias", f"w={lower}", f"l={sentence.lemmas[place]}", f"s={shape(word)}", f"p={sentence.tags[place]}",
            f"c={sentence.chunks[place]}", f"-3={lower[-3:]}", f"-2={lower[-2:]}", f"+3={lower[:3]}",
            f"up={word.isupper()}", f"ti={word.istitle()}", f"di={any(map(str.isdigit, word))}",
        ]  # fmt: skip
        for offset in (-2, -1, 1, 2):
            near = place + offset
            if 0 <= near < len(sentence.words):
                row += [
                    f"{offset}w={sentence.words[near].lower()}",
                    f"{offset}p={sentence.tags[near]}",
                    f"{offset}c={sentence.chunks[near]}",
                ]
            else:
                row.append(f"{offset}none")
        rows.append(row)
    return rows


@dataclass(frozen=True)
class Tables:
    """What the richer features look up: clusters of words, names known elsewhere, forms of the training."""

    clusters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    forms: Mapping[str, Counter[str]] = field(default_factory=dict)
    heads: Mapping[str, Counter[str]] = field(default_factory=dict)


def learned(documents: Sequence[list[Sentence]], entities: Sequence[Sequence[Entity]]) -> Tables:
    """Count the labels of the training's forms and of their last words."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    heads: dict[str, Counter[str]] = defaultdict(Counter)
    for rows, some in zip(documents, entities, strict=True):
        for form, label in labelled(rows, some):
            forms[form][label] += 1
            heads[form.rpartition(" ")[2]][label] += 1
        for sentence in rows:
            for lemma in sentence.lemmas:
                heads[lemma]["."] += 1
    return Tables(forms=forms, heads=heads)


def forms(rows: Sequence[Sentence], entities: Sequence[Entity]) -> list[str]:
    """Give the lemma form of each of a document's spans, empty where no word begins in it."""
    places = sorted(
        (start, lemma) for row in rows for start, lemma in zip(row.starts, row.lemmas, strict=True)
    )
    return [" ".join(lemma for start, lemma in places if e.start <= start < e.stop) for e in entities]


def labelled(rows: Sequence[Sentence], entities: Sequence[Entity]) -> list[tuple[str, str]]:
    """Give the lemma forms of a document's entities with their labels."""
    found = zip(forms(rows, entities), entities, strict=True)
    return [(form, entity.label) for form, entity in found if form]


def rich(rows: Sequence[Sentence], tables: Tables, own: Sequence[tuple[str, str]] = ()) -> list[Features]:
    """Give the richer features of a document; `own` are its own labelled forms, which are taken off first."""
    mine: dict[str, Counter[str]] = defaultdict(Counter)
    tails: dict[str, Counter[str]] = defaultdict(Counter)
    for form, label in own:
        mine[form][label] += 1
        tails[form.rpartition(" ")[2]][label] += 1
    said = Counter(lemma for row in rows for lemma in row.lemmas)
    return [_rich(row, tables, mine, tails, said) for row in rows]


def _rich(
    sentence: Sentence,
    tables: Tables,
    mine: Mapping[str, Counter[str]],
    tails: Mapping[str, Counter[str]],
    said: Counter[str],
) -> Features:
    made = baseline(sentence)
    size = len(sentence.words)
    hits = _matches(sentence, lambda form: _best(tables.forms.get(form), mine.get(form)))
    names = _matches(sentence, lambda form: "n" if _singular(form) in tables.names else "")
    shares = [_share(tables.heads.get(lemma), tails.get(lemma), said[lemma]) for lemma in sentence.lemmas]
    types = [type_of(singular(word.lower())) for word in sentence.words]
    clusters = [tables.clusters.get(word.lower(), ()) for word in sentence.words]
    ends = [_end_of_run(sentence, place) for place in range(size)]
    for place, row in enumerate(made):
        head = sentence.heads[place]
        row += [
            f"d={sentence.deps[place]}", f"hl={sentence.lemmas[head]}", f"dh={sentence.deps[place]}|{sentence.tags[head]}",
            f"f={hits[place]}", f"n={names[place]}", f"h={shares[place]}", f"y={types[place]}",
            f"e={ends[place] - place}",
            f"el={sentence.lemmas[ends[place]]}", f"eh={shares[ends[place]]}", f"ey={types[ends[place]]}",
            f"r={min(said[sentence.lemmas[place]], 3)}",
            f"-4={sentence.words[place].lower()[-4:]}", f"+4={sentence.words[place].lower()[:4]}",
        ]  # fmt: skip
        row += [f"k{level}={code}" for level, code in enumerate(clusters[place])]
        row += [f"ek{level}={code}" for level, code in enumerate(clusters[ends[place]])]
        for offset in (-2, -1, 1, 2):
            near = place + offset
            if 0 <= near < size:
                row += [f"{offset}f={hits[near]}", f"{offset}h={shares[near]}", f"{offset}y={types[near]}"]
                row += [f"{offset}k{level}={code}" for level, code in enumerate(clusters[near][:2])]
        if place:
            row += [
                f"ww={sentence.words[place - 1].lower()}|{sentence.words[place].lower()}",
                f"pp={sentence.tags[place - 1]}|{sentence.tags[place]}",
            ]
        if place + 1 < size:
            row += [
                f"w+w={sentence.words[place].lower()}|{sentence.words[place + 1].lower()}",
                f"p+p={sentence.tags[place]}|{sentence.tags[place + 1]}",
                f"ppp={sentence.tags[place - 1] if place else ''}|{sentence.tags[place]}|{sentence.tags[place + 1]}",
            ]
    return made


def _singular(form: str) -> str:
    before, _, last = form.rpartition(" ")
    return f"{before} {singular(last)}" if before else singular(last)


def _best(counted: Counter[str] | None, own: Counter[str] | None) -> str:
    if not counted:
        return ""
    rest = Counter(counted)
    if own:
        rest.subtract(own)
    label, count = max(sorted(rest.items()), key=lambda item: item[1])
    return f"{label}{'+' if count > 2 else ''}" if count > 0 else ""


def _share(counted: Counter[str] | None, own: Counter[str] | None, here: int) -> str:
    """Say how a word was used as the last of an entity, in steps, the document's own uses taken off."""
    if not counted:
        return "?"
    seen = counted["."] - here
    rest = {label: count - (own[label] if own else 0) for label, count in counted.items() if label != "."}
    label, count = max(sorted(rest.items()), key=lambda item: item[1], default=("", 0))
    if seen <= 0:
        return "?"
    return f"{label}{min(3, int(4 * count / seen))}" if count > 0 else "-"


def _matches(sentence: Sentence, known: Callable[[str], str]) -> list[str]:
    """Mark the longest known forms, left to right: B and I with what is known of them."""
    found = ["O"] * len(sentence.words)
    place = 0
    while place < len(found):
        for stop in range(min(len(found), place + LONGEST), place, -1):
            label = known(" ".join(sentence.lemmas[place:stop]))
            if label:
                found[place] = f"B{label}"
                found[place + 1 : stop] = [f"I{label}"] * (stop - place - 1)
                place = stop - 1
                break
        place += 1
    return found


def _end_of_run(sentence: Sentence, place: int) -> int:
    """Give the last noun of the run of nouns and adjectives a word stands in, itself where it is in none."""
    end = place
    stop = place
    while stop < len(sentence.words) and sentence.tags[stop][:2] in ("NN", "JJ", "VB", "CD", "HY"):
        if sentence.tags[stop][:2] == "VB" and sentence.tags[stop] not in ("VBN", "VBG"):
            break
        if sentence.tags[stop].startswith("NN"):
            end = stop
        stop += 1
    return end
