"""TFH: abstracts of thin-film-head patents with 17 entity and 15 relation types, in brat's stand-off form.

It promises that every span kept lies in its text. It refuses discontinuous spans and relations of
what was dropped, and counts both.
"""

from collections import Counter
from pathlib import Path, PurePosixPath

from benchmarks.understanding.gold import Entity, Gold, Relation, Text, members
from silobridge.kg.model import Kind

TITLE = "TFH patents"
FOLDER = "tfh"
LICENCE = "MIT"
FOLDS = 3
LEAST = 2
"""How often a feature must stand to be weighed: at 2 training takes half the time."""
KIND = Kind.PATENT
TRAINS = True
TYPES = {
    "Component": "device", "System": "device", "Material": "material", "PhysicsFlow": "material",
    "Function": "method", "Attribution": "property", "ScientificConcept": "property", "Measure": "property",
}  # fmt: skip
"""What the set's labels are in our type system; the others have no counterpart there."""


def load(folder: Path) -> Gold:
    """Read the set."""
    files = {PurePosixPath(name): text for name, text in members(folder, (".ann", ".txt"))}
    dropped: Counter[str] = Counter()
    texts = [
        _text(name, text, files[name.with_suffix(".ann")], dropped)
        for name, text in sorted(files.items())
        if name.suffix == ".txt" and name.with_suffix(".ann") in files
    ]
    return Gold(tuple(texts), dropped=dict(dropped))


def _text(name: PurePosixPath, text: str, notes: str, dropped: Counter[str]) -> Text:
    found: dict[str, Entity] = {}
    stated: list[tuple[str, str, str]] = []
    for line in notes.splitlines():
        key, _, rest = line.partition("\t")
        words = rest.partition("\t")[0].split()
        if key.startswith("T") and key[1:].isdigit():
            if ";" in rest.partition("\t")[0] or not 0 <= int(words[1]) < int(words[2]) <= len(text):
                dropped["discontinuous or outside the text"] += 1
            else:
                found[key] = Entity(int(words[1]), int(words[2]), words[0])
        elif key.startswith("R"):
            stated.append((words[1].partition(":")[2], words[2].partition(":")[2], words[0]))
    entities = sorted(set(found.values()))
    place = {entity: number for number, entity in enumerate(entities)}
    relations = []
    for head, tail, label in stated:
        if head in found and tail in found:
            relations.append(Relation(place[found[head]], place[found[tail]], label))
        else:
            dropped["relation of a dropped span"] += 1
    return Text(name.stem, text, tuple(entities), tuple(relations))
