"""Entity sets: the shipped pipeline, noun chunks, and taggers trained for the set on the same folds.

It promises document-level folds with near-duplicates together, or the set's own split, and trains
nothing on what it tests. It refuses to score a label that has no counterpart as right or wrong.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from benchmarks.understanding import shipped
from benchmarks.understanding.folds import folds, unlike
from benchmarks.understanding.gold import Entity, Gold, Text
from benchmarks.understanding.metrics import Counts, counts
from benchmarks.understanding.table import Line, Options, Outcome, compared
from benchmarks.understanding.taggers import BASELINE, BLEND, Found, tagged
from benchmarks.understanding.words import Sentence, sentences
from silobridge.kg.forms import normal_form
from silobridge.kg.model import Kind

RARE = 10
UNTRAINED = ("noun chunks", "shipped, all mentions", "shipped, longest")
ENCODER = "pip install 'silobridge[encoder]'"
Split = tuple[list[Text], list[Text]]


def run(module: ModuleType, options: Options) -> Outcome:
    """Evaluate one entity set."""
    gold: Gold = module.load(options.data)
    sides = splits(gold, module, options)
    tested = [text for _, testing in sides for text in testing]
    found: Found = {name: [] for name in UNTRAINED}
    for training, testing in sides:
        with shipped.taught_by("" if options.apart else module.FOLDER, training):
            _shipped(found, testing, options.keep, module.KIND)
        for name, made in tagged(training, testing, options, module.LEAST).items():
            found.setdefault(name, []).extend(made)
    lines = scored(tested, found, module.TYPES)
    notes = (*_notes(gold, sides, found), *shipped.notes(module.FOLDER, options.apart))
    return Outcome(module.TITLE, module.LICENCE, tuple(lines), notes)


def scored(tested: Sequence[Text], found: Found, types: Mapping[str, str]) -> list[Line]:
    """Score every system: spans alone, the set's labels, our types, and forms seen at most `RARE` times."""
    trained = {name: some for name, some in found.items() if name not in UNTRAINED}
    ours = {name: some for name, some in found.items() if name.startswith("shipped")}
    mapped = {
        **ours,
        **{
            n: [[e._replace(label=types.get(e.label, "")) for e in doc] for doc in s]
            for n, s in trained.items()
        },
    }
    seen = Counter(normal_form(text.text[e.start : e.stop]) for text in tested for e in text.entities)
    return [
        *compared("spans", ((n, _spans(tested, s)) for n, s in found.items()), BASELINE),
        *compared("spans, rare", ((n, _spans(tested, s, seen)) for n, s in found.items()), BASELINE),
        *compared("labels", ((n, _labels(tested, s)) for n, s in trained.items()), BASELINE),
        *compared("labels, rare", ((n, _labels(tested, s, seen)) for n, s in trained.items()), BASELINE),
        *compared("our types", ((n, _types(tested, s, types)) for n, s in mapped.items()), BASELINE),
    ]


def _shipped(found: Found, testing: list[Text], keep: Path | None, kind: Kind) -> None:
    mentions, _ = shipped.extract(testing, kind=kind)
    for said in mentions:
        found["shipped, all mentions"].append([Entity(m.start, m.stop, m.type) for m in said])
        found["shipped, longest"].append([Entity(m.start, m.stop, m.type) for m in shipped.longest(said)])
    for rows in sentences(testing, keep):
        found["noun chunks"].append([entity for row in rows for entity in _chunks(row)])


def _chunks(row: Sentence) -> list[Entity]:
    """Give a sentence's noun chunks without determiners and pronouns."""
    found: list[Entity] = []
    open_ = False
    for place, mark in enumerate(row.chunks):
        if mark == "O" or row.tags[place] in ("DT", "PRP", "PRP$", "WDT", "WP"):
            open_ = False
        elif mark == "I" and open_:
            found[-1] = found[-1]._replace(stop=row.stops[place])
        else:
            found.append(Entity(row.starts[place], row.stops[place], ""))
            open_ = True
    return found


def splits(gold: Gold, module: ModuleType, options: Options) -> list[Split]:
    """Give the sides that teach and are tested: the set's own, a slice kept aside, or folds of documents."""
    testing = list(gold.texts)
    if gold.training:
        return [(list(gold.training), testing)]
    if options.apart:
        other: Gold = module.load(options.training)
        return [(unlike([*other.training, *other.texts], testing), testing)]
    dealt = folds(testing, module.FOLDS)
    return [
        ([text for number, text in enumerate(testing) if number not in set(fold)], [testing[n] for n in fold])
        for fold in dealt
    ]


def _notes(gold: Gold, splits: Sequence[Split], found: Found) -> list[str]:
    sizes = "; ".join(f"{len(training)} → {len(testing)}" for training, testing in splits)
    how = f"{len(splits)} folds of documents" if len(splits) > 1 else "one split"
    notes = [f"{how}, near-duplicates together (documents trained on → tested): {sizes}"]
    notes += [f"left out: {count} × {what}" for what, count in sorted(gold.dropped.items())]
    if BLEND in found:
        notes.append(
            "encoder: all-MiniLM-L6-v2 (Apache-2.0), its upper three layers trained on the same side"
        )
    else:
        notes.append(f"no encoder: its weights are not installed (`{ENCODER}`)")
    return notes


def _spans(tested: Sequence[Text], found: list[list[Entity]], seen: Counter[str] | None = None) -> Counts:
    return _labels(
        [Text(t.id, t.text, tuple(e._replace(label="") for e in t.entities)) for t in tested],
        [[entity._replace(label="") for entity in some] for some in found],
        seen,
    )


def _labels(tested: Sequence[Text], found: list[list[Entity]], seen: Counter[str] | None = None) -> Counts:
    def kept(text: Text, some: Sequence[Entity]) -> list[Entity]:
        return [e for e in some if seen is None or seen[normal_form(text.text[e.start : e.stop])] <= RARE]

    return counts(
        [kept(text, text.entities) for text in tested],
        [kept(text, some) for text, some in zip(tested, found, strict=True)],
    )


def _types(tested: Sequence[Text], found: list[list[Entity]], types: Mapping[str, str]) -> Counts:
    """Count our types where the set's labels have one; a guess at a span without counterpart is left out."""
    here = set(types.values())
    gold, said = [], []
    for text, some in zip(tested, found, strict=True):
        gold.append([e._replace(label=types[e.label]) for e in text.entities if e.label in types])
        neutral = {(e.start, e.stop) for e in text.entities if e.label not in types}
        said.append([e for e in some if e.label in here and (e.start, e.stop) not in neutral])
    return counts(gold, said)
