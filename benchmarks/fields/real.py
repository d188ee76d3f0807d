"""Documents of the kinds that arrive without codes, read by the project's own readers, with their fields.

It promises labels that come from the record (OpenAlex topic, Semantic Scholar field), or that were given by
hand to what the reader can check in a minute (`labels.tsv`: identifiers and fields only). It refuses
to show a model any of them: they measure, nothing else.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HEALTH = {
    "oa-field:27",
    "oa-field:13",
    "oa-field:24",
    "oa-field:28",
    "oa-field:29",
    "oa-field:30",
    "oa-field:36",
}
SOCIETY = {"oa-field:33", "oa-field:12"}
STUDIES = {
    "Medicine": HEALTH | {"oa-field:35"}, "Biology": HEALTH | {"oa-field:11", "oa-field:23", "oa-field:34"},
    "Chemistry": {"oa-field:16", "oa-field:15", "oa-field:13", "oa-field:25"}, "Physics": {"oa-field:31"},
    "Mathematics": {"oa-field:26"}, "Computer Science": {"oa-field:17"}, "Psychology": {"oa-field:32"},
    "Engineering": {"oa-field:22", "oa-field:21", "oa-field:15"}, "Materials Science": {"oa-field:25"},
    "Environmental Science": {"oa-field:23", "oa-field:19", "oa-field:11"},
    "Geology": {"oa-field:19"}, "Geography": SOCIETY | {"oa-field:23", "oa-field:19"},
    "Economics": {"oa-field:20", "oa-field:14"}, "Business": {"oa-field:14", "oa-field:20"},
    "Political Science": SOCIETY, "Sociology": SOCIETY, "History": SOCIETY, "Philosophy": SOCIETY, "Art": SOCIETY,
}  # fmt: skip
"""Semantic Scholar's fields as OpenAlex's: the older list is coarser, so several are right."""


@dataclass(frozen=True)
class Case:
    """A document as `predict` is given it, with every domain that is right."""

    source: str
    name: str
    kind: str
    language: str
    text: str
    accepted: frozenset[str]


def cases(data: Path) -> Iterator[Case]:
    """Give every case, source by source."""
    yield from _openalex(data)
    yield from _semantic_scholar(data)
    yield from _by_hand(data)


def _records(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(pattern)):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _openalex(data: Path) -> Iterator[Case]:
    for record in _records(data / "papers/openalex", "works*.jsonl"):
        topics = [record["primary_topic"], *record["topics"]] if record.get("primary_topic") else []
        fields = frozenset("oa-field:" + topic["field"]["id"].rsplit("/", 1)[-1] for topic in topics)
        index = record.get("abstract_inverted_index") or {}
        placed = sorted((at, word) for word, places in index.items() for at in places)
        text = f"{record['title']}\n\n{' '.join(word for _, word in placed)}"
        if fields and record.get("language") == "en":
            yield Case("OpenAlex works", record["id"], "paper", "en", text, fields)


def _semantic_scholar(data: Path) -> Iterator[Case]:
    from silobridge.ingest.text.language import detect

    for record in _records(data / "papers/semanticscholar", "*sample*.jsonl"):
        text = f"{record['title']}\n\n{record['paperAbstract']}"
        right = frozenset(domain for study in record["fieldsOfStudy"] for domain in STUDIES.get(study, ()))
        if right and detect(text) == "en":
            yield Case("Semantic Scholar", record["id"], "paper", "en", text, right)


def _by_hand(data: Path) -> Iterator[Case]:
    from silobridge.ingest import readers
    from silobridge.ingest.source import Source
    from silobridge.kg.model import Document, stored_text

    for line in (HERE / "labels.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, language, fields = line.split("\t")
        if not (data / name).exists():
            sys.stderr.write(f"{name}: labelled by hand, not in this folder, left out\n")
            continue
        source = Source(data / name)
        for found in readers.load(readers.choose(source)).read(source):
            if isinstance(found, Document):
                text, _ = stored_text(found)
                yield Case(
                    name.split("/")[1], name, str(found.kind), language, text, frozenset(fields.split(","))
                )
