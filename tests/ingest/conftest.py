"""What the tests of ingest share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of the stand-in extractor, importable here and in workers."""
    monkeypatch.syspath_prepend(str(HERE))
    yield "fake_understanding"


def write_patents(file: Path, count: int, first: int = 0, titles: dict[int, str] | None = None) -> Path:
    """A file of made-up patent abstracts, a line each."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        json.dumps({"publication_number": f"US{5_000_000 + n}A", "title": (titles or {}).get(n, f"Part {n}"),
                    "abstract": f"A coating number {n % 7} for a filter with FW=flying wing {n % 5}."})
        for n in range(first, first + count)
    )  # fmt: skip
    file.write_text("\n".join(lines) + "\n")
    return file
