"""Damaged and hostile files: a reader yields documents and rejects, and never falls over."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silobridge.ingest.readers import load
from silobridge.ingest.source import Limits, Source
from silobridge.kg.model import Document, Reject

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "readers"
INPUTS = sorted(path for path in GOLDEN.glob("*/input.*") if path.suffix not in {".pdf", ".bin"})
LIMITS = Limits(line=1 << 20, whole=1 << 20)


def damage(data: bytes, places: list[tuple[int, int]], cut: int) -> bytes:
    broken = bytearray(data)
    for place, value in places:
        broken[place % len(broken)] = value
    return bytes(broken[: max(1, len(broken) - cut % len(broken))])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(INPUTS),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=6),
    st.one_of(st.just(0), st.integers(0, 1 << 16)),
)
def test_damage_costs_records_never_the_run(
    tmp_path_factory: pytest.TempPathFactory, path: Path, places: list[tuple[int, int]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / path.name).write_bytes(damage(path.read_bytes(), places, cut))
    source = Source(folder / path.name, limits=LIMITS)
    entries = list(load(path.parent.name.partition("-")[0]).read(source))
    assert all(isinstance(entry, Document | Reject) for entry in entries)


def test_one_bad_character_costs_one_json_line(tmp_path: Path) -> None:
    lines = (GOLDEN / "us_abstracts-lines" / "input.jsonl").read_bytes().split(b"\n")
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\n".join([lines[0], b"\xff\xfe{", lines[3]]))
    kinds = [type(entry).__name__ for entry in load("us_abstracts").read(Source(path))]
    assert kinds == ["Document", "Reject", "Document"]


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_deep_json_is_rejected(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"id": ' + b"[" * depth + b"\n" + b'{"id": ' + b"[" * depth + b"]" * depth + b"}\n")
    assert all(isinstance(entry, Reject) for entry in load("openalex").read(Source(path)))


def test_a_packed_word_bomb_is_rejected(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (300 << 20))
    (reject,) = load("docx").read(Source(path))
    assert isinstance(reject, Reject) and "unpack to 314,572,800" in reject.found


def test_a_truncated_bulk_file_gives_what_came_before(tmp_path: Path) -> None:
    data = (GOLDEN / "uspto-bulk_with_damage" / "input.xml").read_bytes() * 40
    path = tmp_path / "ipg.xml"
    path.write_bytes(gzip.compress(data)[:-200])
    entries = list(load("uspto").read(Source(path)))
    assert sum(isinstance(entry, Document) for entry in entries) >= 100
    assert isinstance(entries[-1], Reject) and "breaks off" in entries[-1].found


def test_a_damaged_pdf_is_rejected_wherever_it_is_cut(tmp_path: Path) -> None:
    data = (GOLDEN / "pdf-two_columns" / "input.pdf").read_bytes()
    for cut in range(20, len(data), 900):
        path = tmp_path / "cut.pdf"
        path.write_bytes(data[:cut])
        assert all(isinstance(entry, Document | Reject) for entry in load("pdf").read(Source(path)))


@pytest.mark.parametrize(
    ("reader", "begin", "end"),
    [("cnki", "{Reference Type}: x\n{Title}: t", ""), ("ris", "TY  - JOUR\nTI  - t", "ER  - \n")],
)
def test_an_endless_record_is_rejected_and_the_next_one_read(
    tmp_path: Path, reader: str, begin: str, end: str
) -> None:
    path = tmp_path / "x.txt"
    path.write_text(f"{begin}\n" + ("and on\n" * 1_000_000) + f"{end}{begin}\n{end}")
    first, second = load(reader).read(Source(path))
    assert isinstance(first, Reject) and "characters" in first.found
    assert isinstance(second, Document) and second.title == "t"
