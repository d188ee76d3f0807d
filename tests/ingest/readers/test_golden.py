"""Every reader on documents written for it: what it makes of them, and how it names what it cannot read."""

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from silobridge.ingest.readers import choose, load, names
from silobridge.ingest.source import EXCERPT, Source
from silobridge.kg.ids import PREFIXES
from silobridge.kg.model import Document, Reject, stored_text

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "readers"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def plain(value: Any) -> Any:
    """Records as JSON, without what is empty or as it always is."""
    if is_dataclass(value):
        kept = {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) != f.default}
        return {name: plain(part) for name, part in kept.items() if part not in ("", (), None)}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value.value if isinstance(value, Enum) else value


def as_json(entries: Iterable[Document | Reject]) -> list[dict[str, Any]]:
    return [{type(entry).__name__.lower(): plain(entry)} for entry in entries]


def source_of(case: str) -> Source:
    (path,) = (GOLDEN / case).glob("input.*")
    return Source(path, root=GOLDEN)


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    found = as_json(load(case.partition("-")[0]).read(source_of(case)))
    assert found == json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_the_content_decides_which_reader_reads_it(case: str) -> None:
    if case == "plain-blank":
        pytest.skip("nothing to tell a blank file by: see test_choose")
    assert choose(source_of(case)) == case.partition("-")[0]


@pytest.mark.parametrize("case", CASES)
def test_stored_text_is_clean_and_rejects_say_where(case: str) -> None:
    for entry in load(case.partition("-")[0]).read(source_of(case)):
        if isinstance(entry, Reject):
            assert entry.origin.source == f"{case}/{source_of(case).path.name}"
            assert entry.found and entry.expected and entry.hint
            assert len(entry.excerpt) <= EXCERPT
            continue
        text, spans = stored_text(entry)
        assert all(character.isprintable() or character in "\n\u3000" for character in text)
        assert "\n\n\n" not in text and " \n" not in text and "  " not in text
        assert "\n" not in entry.title
        assert all(text[span.start : span.stop].strip() for span in spans)
        assert entry.id.partition(":")[0] in PREFIXES
        assert entry.reader == case.partition("-")[0]


def test_every_reader_has_a_golden_case() -> None:
    assert {case.partition("-")[0] for case in CASES} == set(names())


@pytest.mark.parametrize("name", names())
def test_every_reader_says_what_it_is(name: str) -> None:
    reader = load(name)
    assert reader.TITLE and reader.GLOBS and reader.KIND
    assert reader.RIGHTS.endswith(".")
    assert reader.__doc__ and "It promises" in reader.__doc__.replace("\n", " ")
    assert reader.sniff(b"", "nothing") == 0.0
