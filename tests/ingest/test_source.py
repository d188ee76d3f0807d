"""Bytes become text: streamed, bounded, and every loss counted and named."""

import gzip
import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silobridge.ingest.encoding import detect
from silobridge.ingest.readers import choose, load
from silobridge.ingest.source import Limits, Source, excerpt
from silobridge.kg.errors import ReadError, UnknownName
from silobridge.kg.model import Document, Reject


def source(folder: Path, data: bytes, name: str = "input.txt", limits: Limits | None = None) -> Source:
    (folder / name).write_bytes(data)
    return Source(folder / name, limits=limits)


def good_lines(found: Source) -> list[bytes]:
    return [entry[1] for entry in found.lines() if not isinstance(entry, Reject)]


def rejects(found: Source) -> list[Reject]:
    return [entry for entry in found.lines() if isinstance(entry, Reject)]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x00\ufeff")), min_size=1))
def test_lines_come_back_whatever_the_packing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    data = "\n".join(rows).encode()
    expected = data.split(b"\n")
    while expected and not expected[-1]:
        expected.pop()
    for written in (data, gzip.compress(data), b"\xef\xbb\xbf" + data):
        found = good_lines(source(folder, written))
        while found and not found[-1]:
            found.pop()
        assert found == expected


def test_lines_are_numbered_and_lose_carriage_returns(tmp_path: Path) -> None:
    assert list(source(tmp_path, b"a\r\n\r\nb").lines()) == [(1, b"a"), (2, b""), (3, b"b")]


def test_gzip_is_known_by_its_bytes_and_members_are_joined(tmp_path: Path) -> None:
    assert good_lines(source(tmp_path, gzip.compress(b"a\n") + gzip.compress(b"b\n") + b"\0" * 512)) == [
        b"a",
        b"b",
    ]
    assert good_lines(source(tmp_path, b"plain\n", "named.gz")) == [b"plain"]


@pytest.mark.parametrize("cut", [11, 300, -9, -1])
def test_a_broken_gzip_gives_its_good_lines_and_says_where(tmp_path: Path, cut: int) -> None:
    rows = [f"{i} {i * i * 7919 % 99991}".encode() for i in range(400)]
    found = source(tmp_path, gzip.compress(b"\n".join(rows))[:cut])
    kept = good_lines(found)
    assert kept == rows[: len(kept)]
    (reject,) = rejects(found)
    assert "breaks off near byte" in reject.found and reject.origin.line == len(kept) + 1
    assert len(kept) > 300 or cut > 0


def test_a_damaged_gzip_is_told_from_a_truncated_one(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(b"x y z\n" * 50 + bytes(range(256)) * 40))
    data[40] ^= 0xFF
    (reject,) = rejects(source(tmp_path, bytes(data)))
    assert "is damaged near byte" in reject.found


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    (reject,) = rejects(source(tmp_path, gzip.compress((b"x" * (1 << 20) + b"\n") * 80)))
    assert "unpack to more than" in reject.found and "200 times" in reject.expected


def test_limits_hold(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="more than 10 bytes in one document"):
        source(tmp_path, b"x" * 11, limits=Limits(whole=10)).data()
    (reject,) = rejects(source(tmp_path, b"x" * 300_000, limits=Limits(total=1000)))
    assert "unpack to more than" in reject.found


def test_a_line_too_long_costs_that_line(tmp_path: Path) -> None:
    found = source(tmp_path, b"a\n" + b"x" * 900_000 + b"\nb\n", limits=Limits(line=300_000))
    assert good_lines(found) == [b"a", b"b"]
    assert [r.origin.line for r in rejects(found)] == [2]
    assert [entry[0] for entry in found.lines() if not isinstance(entry, Reject)] == [1, 3]


def test_bytes_read_runs_to_the_size(tmp_path: Path) -> None:
    found = source(tmp_path, gzip.compress(b"abc\n" * 100_000))
    assert len(good_lines(found)) == 100_000
    assert found.bytes_read == found.size > 0


def test_head_can_be_taken_before_and_after(tmp_path: Path) -> None:
    found = source(tmp_path, gzip.compress(b"abcdef"))
    assert (found.head(3), good_lines(found), found.head(99)) == (b"abc", [b"abcdef"], b"abcdef")


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("gb18030", "gb18030")],
)
def test_chinese_comes_out_right(tmp_path: Path, codec: str, name: str) -> None:
    text = "固态电池的界面阻抗\n仍然过高，需要缓冲层。\n"
    found = source(tmp_path, text.encode(codec))
    assert found.text() == text and found.encoding.name == name
    assert [line.decode() for line in good_lines(found)] == text.splitlines()
    assert bool(found.notes) == (name != "utf-8")


def test_western_text_is_windows_1252_with_a_note(tmp_path: Path) -> None:
    found = source(tmp_path, "Größe, façade – “naïve”, élève\n".encode("cp1252"))
    assert found.text() == "Größe, façade – “naïve”, élève\n"
    assert found.notes == ("not UTF-8; read as Windows-1252",)


def test_undecodable_bytes_are_counted_and_named(tmp_path: Path) -> None:
    found = source(tmp_path, "élève façade Größe naïve Zürich\n".encode() + b"one \xff two \xfe\n")
    assert found.text().count("�") == 2
    assert found.undecodable == 2
    assert found.notes == ("2 byte(s) are not utf-8 and became U+FFFD; the first in input.txt",)


def test_an_xml_declaration_names_the_encoding() -> None:
    assert detect(b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>').name == "iso-8859-1"
    assert detect(b'<?xml version="1.0" encoding="rot13"?><a/>').name == "utf-8"


def test_a_name_is_never_an_absolute_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("x")
    assert Source(tmp_path / "a" / "b.txt", root=tmp_path).name == "a/b.txt"
    assert Source(tmp_path / "a" / "b.txt").name == "b.txt"
    assert Source(tmp_path / "a" / "b.txt", root=tmp_path / "elsewhere").name == "b.txt"


def test_what_is_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        Source(tmp_path / "absent")
    with pytest.raises(ReadError, match="is a folder"):
        Source(tmp_path)


class Standard:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_standard_input_is_chosen_and_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    record = b'{"id": "0801.00011", "title": "T", "abstract": "A.", "categories": "a.b", "update_date": ""}\n'
    monkeypatch.setattr(sys, "stdin", Standard(gzip.compress(record * 9_000)))
    found = Source("-")
    name = choose(found)
    entries = list(load(name).read(found))
    assert (found.name, name, len(entries)) == ("stdin", "arxiv_metadata", 9_000)
    assert all(isinstance(entry, Document) for entry in entries)
    with pytest.raises(ReadError, match="only once"):
        next(load(name).read(found))


def test_choose_refuses_what_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        choose(source(tmp_path, b"a;b;c\n1;2;3\n", "table.dat"))
    assert "it begins 'a;b;c 1;2;3'" in caught.value.found
    assert "openalex" in caught.value.expected and caught.value.hint


@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_choose_says_that_a_file_is_empty(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError, match="the file is empty"):
        choose(source(tmp_path, data))


@pytest.mark.parametrize(
    "name", ["arxiv_metadata", "openalex", "lens_csv", "jats", "uspto", "plain", "pdf", "docx"]
)
def test_every_sort_of_reader_rejects_an_empty_file(tmp_path: Path, name: str) -> None:
    (reject,) = load(name).read(source(tmp_path, b""))
    assert isinstance(reject, Reject) and reject.found and reject.expected and reject.hint


def test_an_unknown_reader_lists_the_known() -> None:
    with pytest.raises(UnknownName, match="no reader named 'nope'"):
        load("nope")
    with pytest.raises(UnknownName):
        load("_json")


@given(st.text())
def test_an_excerpt_is_one_short_printable_line(text: str) -> None:
    shown = excerpt(text)
    assert len(shown) <= 120 and shown.isprintable()
