"""The hindcast benchmark takes another vocabulary and other pairs from files."""

import gzip
from pathlib import Path

import pytest

from benchmarks.hindcast.__main__ import command, options
from benchmarks.hindcast.data import read_pairs, read_vocabulary
from silobridge.kg.errors import ReadError
from tests.queries.hindcast.worlds import small_world


def test_a_vocabulary_keeps_its_concepts_and_all_documents(tmp_path: Path) -> None:
    world = small_world(documents=200)
    file = tmp_path / "words.tsv"
    file.write_text(f"0\t{world.labels[7]}\t12\n{world.labels[3]}\nnobody knows this\n\n", encoding="utf-8")
    small = read_vocabulary(file, world)
    assert small.labels == (world.labels[3], world.labels[7])
    assert (small.use != world.use[:, [3, 7]]).nnz == 0
    file.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(ReadError, match="0 of its lines"):
        read_vocabulary(file, world)


@pytest.mark.parametrize("packed", [False, True])
def test_pairs_are_read_by_name_in_any_column_order(tmp_path: Path, packed: bool) -> None:
    text = "label\ttarget\tsource\tgroup\n1\tb\ta\t0\n0\tz\ta\t0\n0\tc\ta\t0\n1\ta\tc\t5\n"
    file = tmp_path / ("pairs.tsv.gz" if packed else "pairs.tsv")
    file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    pairs, rows = read_pairs(file, ["a", "b", "c"])
    assert rows.tolist() == [True, False, True, True]
    assert pairs.source.tolist() == [0, 0, 2]
    assert pairs.target.tolist() == [1, 2, 0]
    assert pairs.group.tolist() == [0, 0, 1]
    assert pairs.label.tolist() == [1, 0, 1]
    with pytest.raises(ReadError, match="no pair lies"):
        read_pairs(file, ["x", "y"])


def test_pairs_without_a_column_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("source\ttarget\na\tb\n", encoding="utf-8")
    with pytest.raises(ReadError, match="group, label"):
        read_pairs(file, ["a", "b"])


def test_all_that_decides_a_number_is_an_option_and_is_written_down() -> None:
    given = options().parse_args(
        ["pairs", "--cut", "2011-12", "--vocabulary", "dir/words.tsv", "--per", "20"]
    )
    assert "--cut 2011-12" in command(given)
    assert "--vocabulary words.tsv" in command(given) and "dir" not in command(given)
    assert "--per 20" in command(given) and "--caliper 0.2" in command(given)
