"""SciERC: abstracts of artificial-intelligence papers with six entity types and seven relations.

It promises the set's own split: what a folder's training file holds is for training, the rest is for
testing. It refuses to train anything that ships: the set states no licence.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks.understanding.gold import Gold, Text, joined, members
from benchmarks.understanding.sofc import spans_of
from silobridge.kg.model import Kind

TITLE = "SciERC abstracts"
FOLDER = "scierc"
LICENCE = "unstated, evaluation only"
FOLDS = 5
LEAST = 1
"""How often a feature must stand to be weighed: at 2 the typed F1 here falls by two points."""
KIND = Kind.PAPER
TRAINS = False
TYPES = {"Task": "task", "Method": "method", "Metric": "property"}


def load(folder: Path) -> Gold:
    """Read the entities: `ner_train…` for training, every other `ner_….txt` for testing."""
    training: list[Text] = []
    testing: list[Text] = []
    for name, content in members(folder, (".conll.txt",)):
        (training if "train" in name else testing).extend(_texts(name, content))
    return Gold(tuple(testing), tuple(training))


def _texts(name: str, content: str) -> list[Text]:
    found = []
    for number, block in enumerate(content.split("-DOCSTART-")[1:]):
        sentences: list[list[list[str]]] = [[]]
        for line in block.splitlines()[1:]:
            if line.strip():
                sentences[-1].append(line.split(" "))
            elif sentences[-1]:
                sentences.append([])
        rows = [sentence for sentence in sentences if sentence]
        text, tokens = joined([[cells[0] for cells in row] for row in rows])
        entities = [
            entity
            for row, spans in zip(rows, tokens, strict=True)
            for entity in spans_of([cells[-1] for cells in row], list(spans))
        ]
        found.append(Text(f"{name}:{number}", text, tuple(entities), (), tokens))
    return found


def pairs(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read the sentences with a marked pair and its relation: those for training, those for testing."""
    training: list[dict[str, Any]] = []
    testing: list[dict[str, Any]] = []
    for name, content in members(folder, (".jsonl",)):
        rows = [json.loads(line) for line in content.splitlines() if line.strip()]
        (training if "train" in name else testing).extend(rows)
    return training, testing


def kinds(gold: Gold) -> dict[str, dict[tuple[int, int], str]]:
    """Give, by a sentence's words, the labels of its entities by first and last word."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    for text in (*gold.training, *gold.texts):
        for row in text.tokens:
            words = " ".join(text.text[start:stop] for start, stop in row)
            place = {start: number for number, (start, _) in enumerate(row)}
            end = {stop: number for number, (_, stop) in enumerate(row)}
            found[words] = {
                (place[entity.start], end[entity.stop]): entity.label
                for entity in text.entities
                if entity.start in place
            }
    return found
