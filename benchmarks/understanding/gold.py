"""Annotated texts as every gold set gives them: a text, its entities by offsets, its relations.

It promises exact offsets into `Text.text`. It refuses to know any one set: loaders stand beside it,
one module a set.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from silobridge.kg.errors import ReadError


class Entity(NamedTuple):
    """A labelled span, half open."""

    start: int
    stop: int
    label: str


class Relation(NamedTuple):
    """A labelled pair; head and tail are positions in `Text.entities`."""

    head: int
    tail: int
    label: str


@dataclass(frozen=True, slots=True)
class Text:
    """One annotated document; `tokens` holds the set's own tokens per sentence, empty where it has none."""

    id: str
    text: str
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...] = ()
    tokens: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Gold:
    """What a loader found: texts to test, texts given for training only, and what had to be left out."""

    texts: tuple[Text, ...]
    training: tuple[Text, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)


def joined(sentences: list[list[str]]) -> tuple[str, tuple[tuple[tuple[int, int], ...], ...]]:
    r"""Lay tokens out as a text, a space between tokens and a line between sentences, with their offsets.

    Examples
    --------
    >>> joined([["a", "bc"], ["d"]])
    ('a bc\nd', (((0, 1), (2, 4)), ((5, 6),)))
    """
    spans: list[tuple[tuple[int, int], ...]] = []
    place = 0
    for sentence in sentences:
        row = []
        for token in sentence:
            row.append((place, place + len(token)))
            place += len(token) + 1
        spans.append(tuple(row))
    return "\n".join(" ".join(sentence) for sentence in sentences), tuple(spans)


def members(folder: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield name and text of the files with a suffix below a folder, and inside its zip archives, by name."""
    from zipfile import ZipFile

    if not folder.is_dir():
        raise ReadError("no such folder", where=str(folder), expected="a folder with a gold set's files")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".zip":
            with ZipFile(path) as archive:
                for inside in sorted(archive.namelist()):
                    if inside.endswith(suffixes):
                        yield inside, archive.read(inside).decode("utf-8")
        elif path.is_file() and name.endswith(suffixes):
            yield name, path.read_text("utf-8")
