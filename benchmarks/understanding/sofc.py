"""SOFC-Exp: sentences of fuel-cell papers that describe an experiment, with materials, values and devices.

It promises the set's own tokens and the sentences its authors annotated in full. It refuses the other
sentences of a paper, where what is not marked may still be an entity.
"""

from itertools import groupby
from pathlib import Path, PurePosixPath

from benchmarks.understanding.gold import Entity, Gold, Text, members
from silobridge.kg.model import Kind

TITLE = "SOFC-Exp papers"
FOLDER = "sofc"
LICENCE = "CC BY 4.0"
FOLDS = 3
LEAST = 2
"""How often a feature must stand to be weighed: at 2 training takes half the time."""
KIND = Kind.PAPER
TRAINS = True
TYPES = {"MATERIAL": "material", "DEVICE": "device"}


def load(folder: Path) -> Gold:
    """Read the set."""
    rows: dict[str, str] = {}
    starts: dict[str, dict[str, int]] = {}
    texts: dict[str, str] = {}
    for name, content in members(folder, (".csv", ".txt")):
        path = PurePosixPath(name)
        if path.parent.name == "entity_types_and_slots":
            rows[path.stem] = content
        elif path.parent.name == "sentences":
            cells = [line.split("\t") for line in content.splitlines() if line]
            starts[path.stem] = {cell[0]: int(cell[2]) for cell in cells}
        elif path.parent.name == "texts":
            texts[path.stem] = content
    return Gold(tuple(_text(key, rows[key], texts[key], starts[key]) for key in sorted(rows) if key in texts))


def _text(name: str, rows: str, source: str, starts: dict[str, int]) -> Text:
    pieces: list[str] = []
    tokens: list[tuple[tuple[int, int], ...]] = []
    entities: list[Entity] = []
    place = 0
    cells = (line.split("\t") for line in rows.splitlines() if line)
    for number, group in groupby(cells, key=lambda cell: cell[0]):
        sentence = list(group)
        spans = [(place + int(cell[2]), place + int(cell[3])) for cell in sentence]
        size = int(sentence[-1][3])
        pieces.append(source[starts[number] : starts[number] + size].replace("\n", " "))
        entities.extend(spans_of([cell[4] for cell in sentence], spans))
        tokens.append(tuple(spans))
        place += size + 1
    return Text(name, "\n".join(pieces), tuple(entities), (), tuple(tokens))


def spans_of(tags: list[str], spans: list[tuple[int, int]]) -> list[Entity]:
    """Read BIO or IO tags as spans.

    Examples
    --------
    >>> spans_of(["B-X", "I-X", "O", "I-Y"], [(0, 1), (2, 3), (4, 5), (6, 7)])
    [Entity(start=0, stop=3, label='X'), Entity(start=6, stop=7, label='Y')]
    """
    found: list[Entity] = []
    before = "O"
    for tag, (start, stop) in zip(tags, spans, strict=True):
        mark, _, label = tag.partition("-")
        if label and mark == "I" and before[2:] == label:
            found[-1] = found[-1]._replace(stop=stop)
        elif label:
            found.append(Entity(start, stop, label))
        before = tag
    return found
