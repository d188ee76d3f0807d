"""The pipeline: everything once, nothing silently, and the same however it is cut up."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from fake_understanding import understand
from made import contents, documents, write_patents

from silobridge.ingest import keeping, reading
from silobridge.ingest.pipeline import ingest
from silobridge.ingest.tally import Options, Tally
from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ledger.store import Ledger


@pytest.fixture
def options(fake: str) -> Options:
    return Options(extractor=fake, workers=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_patents(tmp_path / "in" / "a_abstracts.jsonl", 25)
    (tmp_path / "in" / "b_abstracts.jsonl").write_text('{"publication_number": "x", "abstract": "y"}\n')
    (tmp_path / "in" / ".hidden").write_text("z")
    return tmp_path / "in"


def test_counts_everything_and_skips_what_is_finished(folder: Path, tmp_path: Path, options: Options) -> None:
    first = ingest([folder], tmp_path / "g", options=options)
    assert (first.files, first.hidden, first.added, first.rejects) == (2, 1, 25, 1)
    assert first.sentences == first.mentions > 25
    again = ingest([folder], tmp_path / "g", options=options)
    assert (again.files, again.finished, again.documents, again.rejects) == (2, 2, 0, 0)
    assert [group.count for group in again.groups] == [1]


def test_rejects_are_written_once_and_sorted(folder: Path, tmp_path: Path, options: Options) -> None:
    (folder / "c.bin").write_bytes(b"\x00\x01")
    for _ in range(2):
        ingest([folder], tmp_path / "g", options=replace(options, fresh=True))
    lines = [json.loads(line) for line in (tmp_path / "g" / "rejects.jsonl").read_text().splitlines()]
    assert [(line["source"], line.get("line", 0)) for line in lines] == [
        ("b_abstracts.jsonl", 1),
        ("c.bin", 0),
    ]


def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path, options: Options) -> None:
    tally = ingest([folder], tmp_path / "g", options=replace(options, dry_run=True))
    assert (tally.added, tally.rejects) == (25, 1)
    assert not (tmp_path / "g").exists()


def test_workers_and_cuts_change_nothing(tmp_path: Path, options: Options) -> None:
    file = write_patents(tmp_path / "x_abstracts.jsonl", 130)
    for name, some in {
        "pool": options,
        "cut": replace(options, batch_documents=7, workers=3),
        "one": replace(options, batch_documents=1000, workers=1),
    }.items():
        assert ingest([file], tmp_path / name, options=some).added == 130
    assert contents(tmp_path / "pool") == contents(tmp_path / "cut") == contents(tmp_path / "one")


def test_the_order_of_files_changes_nothing(tmp_path: Path, options: Options) -> None:
    one = write_patents(tmp_path / "one_abstracts.jsonl", 12)
    two = write_patents(tmp_path / "two_abstracts.jsonl", 12, first=6, date="20020101")
    there = ingest([one, two], tmp_path / "there", options=options)
    back = ingest([two, one], tmp_path / "back", options=options)
    assert there.outvoted == back.outvoted == 6
    assert contents(tmp_path / "there") == contents(tmp_path / "back")


def test_a_changed_file_is_read_again_and_known_documents_are_not(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_patents(tmp_path / "x_abstracts.jsonl", 20)
    ingest([file], tmp_path / "g", options=options)
    write_patents(file, 21, titles={3: "Another title"})
    seen: list[str] = []
    monkeypatch.setattr(
        "fake_understanding.understand", lambda some: seen.extend(d.id for d in some) or understand(some)
    )
    tally = ingest([file], tmp_path / "g", options=options)
    assert (tally.added, tally.replaced, tally.unchanged) == (1, 1, 19)
    assert seen == ["patent:US-5000003-A", "patent:US-5000020-A"]


def test_fresh_replaces_what_is_there(folder: Path, tmp_path: Path, options: Options) -> None:
    ingest([folder], tmp_path / "g", options=options)
    before = contents(tmp_path / "g")
    assert ingest([folder], tmp_path / "g", options=replace(options, fresh=True)).replaced == 25
    assert contents(tmp_path / "g") == before


def test_given_domains_are_classifications_of_every_document(
    folder: Path, tmp_path: Path, options: Options
) -> None:
    ingest([folder], tmp_path / "g", options=options)
    tally = ingest([folder], tmp_path / "g", options=replace(options, domains=("nace:C26",)))
    assert tally.replaced == 25
    rows = contents(tmp_path / "g")["classification"]
    assert {row[1:4] for row in rows} == {("nace:C26", 1.0, "given")} and len(rows) == 25


def test_links_out_of_the_folder_and_the_graph_itself_are_not_read(tmp_path: Path, options: Options) -> None:
    folder = tmp_path / "in"
    write_patents(folder / "deep" / "a_abstracts.jsonl", 3)
    outside = write_patents(tmp_path / "outside_abstracts.jsonl", 9, first=100)
    (folder / "link_abstracts.jsonl").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    for _ in range(2):
        tally = ingest([folder], folder / "g", options=options)
    assert documents(folder / "g") == 3
    assert (tally.finished, tally.rejects) == (1, 1)
    assert "leaves the folder" in tally.groups[0].found


def test_two_files_of_one_name_keep_their_own_names(tmp_path: Path, options: Options) -> None:
    files = [
        write_patents(tmp_path / side / "x_abstracts.jsonl", 2, first=10 * n) for n, side in enumerate("ab")
    ]
    ingest(files, tmp_path / "g", options=options)
    assert [row[0] for row in contents(tmp_path / "g")["source"]] == [
        "b/x_abstracts.jsonl",
        "x_abstracts.jsonl",
    ]


def test_what_is_not_there_is_said_before_anything_is_made(tmp_path: Path, options: Options) -> None:
    with pytest.raises(UsageError, match="no such file"):
        ingest([tmp_path / "nowhere"], tmp_path / "g", options=options)
    with pytest.raises(UnknownName):
        ingest([tmp_path], tmp_path / "g", options=replace(options, reader="nope"))
    assert not (tmp_path / "g").exists()


def test_a_document_too_long_is_cut_and_said_so(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "DOCUMENT_CHARACTERS", 60)
    file = write_patents(tmp_path / "x_abstracts.jsonl", 2)
    tally = ingest([file], tmp_path / "g", options=options)
    assert (tally.added, tally.rejects) == (2, 2)
    texts = [row[-1] for row in contents(tmp_path / "g")["document"]]
    assert all(len(text) <= 62 for text in texts)
    assert "only the first 60 were read" in contents(tmp_path / "g")["reject"][0][3]


def test_forgetting_equals_never_reading(tmp_path: Path, options: Options) -> None:
    both = write_patents(tmp_path / "in" / "x_abstracts.jsonl", 6)
    ingest([both], tmp_path / "all", options=options)
    gone = keeping.forget(Ledger(tmp_path / "all"), ["patent:US-5000005-A", "patent:US-5000004-A"])
    assert len(gone) == 2
    write_patents(both, 4)
    ingest([both], tmp_path / "few", options=options)
    after, never = contents(tmp_path / "all"), contents(tmp_path / "few")
    assert {t: rows for t, rows in after.items() if t != "source"} == {
        t: rows for t, rows in never.items() if t != "source"
    }


def test_purging_takes_the_words_of_forgotten_documents_off_the_disk(
    tmp_path: Path, options: Options
) -> None:
    file = write_patents(tmp_path / "x_abstracts.jsonl", 3, titles={1: "Unmistakableword twice"})
    ingest([file], tmp_path / "g", options=options)
    ledger = Ledger(tmp_path / "g")
    keeping.forget(ledger, ["patent:US-5000001-A"])
    keeping.purge(ledger)
    assert b"nmistakableword" not in ledger.file.read_bytes()
    assert documents(tmp_path / "g") == 2


def test_decisions_change_the_conclusions_at_once(tmp_path: Path, options: Options) -> None:
    file = write_patents(tmp_path / "x_abstracts.jsonl", 3)
    ingest([file], tmp_path / "g", options=options)
    ledger = Ledger(tmp_path / "g")
    taken = keeping.decide(ledger, "accept", "Coatings", "filter", "Ada", "made up")
    assert ("filter", "coating", 1.0, "accepted", "Ada: made up") in contents(tmp_path / "g")["alias"]
    keeping.undo(ledger, taken, "Ada")
    assert all(row[0] != "filter" for row in contents(tmp_path / "g")["alias"])


def test_the_tally_says_what_it_counts() -> None:
    tally = Tally(files=2, added=3, unchanged=1, rejects=1, seconds={"read": 1.0})
    assert tally.lines()[0] == "2 files, 4 documents: 3 added, 1 unchanged"
    assert tally.as_dict()["documents"] == 4


def test_a_graph_can_be_moved_aside_and_read_again(folder: Path, tmp_path: Path, options: Options) -> None:
    ingest([folder], tmp_path / "g", options=options)
    before = contents(tmp_path / "g")
    shutil.rmtree(tmp_path / "g")
    ingest([folder], tmp_path / "g", options=options)
    assert contents(tmp_path / "g") == before
