"""What goes wrong: killed processes, broken documents, hanging extractors, full disks, many at once."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made import contents, documents, write_patents

from silobridge.ingest import workers
from silobridge.ingest.pipeline import ingest
from silobridge.ingest.tally import Options
from silobridge.kg.errors import SilobridgeError, StorageFull
from silobridge.kg.ledger.store import Ledger

HERE = Path(__file__).parent

INGEST = """
import json, sys
from pathlib import Path
from silobridge.ingest.pipeline import ingest
from silobridge.ingest.tally import Options
tally = ingest([Path(sys.argv[1])], Path(sys.argv[2]), options=Options(extractor="fake_understanding", workers=2))
print(json.dumps(tally.as_dict()))
"""

READ = """
import sys, time
from pathlib import Path
from silobridge.kg.ledger.store import Ledger
ledger, seen, reads, until = Ledger(Path(sys.argv[1])), 0, 0, time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    with ledger.reading() as con:
        now = con.execute("SELECT count(*) FROM document").fetchone()[0]
    assert now >= seen, (now, seen)
    seen, reads = now, reads + 1
print(reads)
"""


def start(code: str, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)])} | environment,
    )  # fmt: skip


def wait_for(happens: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait until something happens, or the process ends, or a minute passed."""
    deadline = time.monotonic() + 60
    while not happens() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)


def children(process: "subprocess.Popen[str]") -> list[int]:
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_patents(tmp_path / "in" / "a_abstracts.jsonl", 300, titles={7: "RAISE"})
    write_patents(tmp_path / "in" / "b_abstracts.jsonl", 400, first=200, date="19990101")
    (tmp_path / "in" / "c.txt").write_bytes(b"\x00")
    return tmp_path / "in"


def test_killed_again_and_again_it_ends_as_if_undisturbed(folder: Path, tmp_path: Path, fake: str) -> None:
    moments = random.Random(7)
    graph = tmp_path / "killed"
    kept = 0
    for _ in range(4):
        process = start(INGEST, folder, graph, FAKE_SECONDS="0.02")
        if moments.random() < 0.7:
            wait_for(
                lambda before=kept: (graph / "ledger.duckdb").exists() and documents(graph) > before, process
            )
        time.sleep(moments.uniform(0.0, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (graph / "ledger.duckdb").exists():
            now = documents(graph)
            assert now >= kept, "what was acknowledged was lost"
            kept = now
    assert kept > 0, "every process was killed before it kept anything: the moments are too early to test"
    last = ingest([folder], graph, options=Options(extractor=fake, workers=2))
    assert not last.interrupted
    ingest([folder], tmp_path / "calm", options=Options(extractor=fake, workers=2))
    assert contents(graph) == contents(tmp_path / "calm")
    for name in (graph, tmp_path / "calm"):
        assert (name / "rejects.jsonl").read_text() == (graph / "rejects.jsonl").read_text()
    with Ledger(graph).reading() as con:
        assert con.execute("SELECT count(*) FROM meta WHERE key LIKE 'open_run%'").fetchone() == (0,)


def test_interrupted_it_keeps_what_was_understood_and_says_so(folder: Path, tmp_path: Path) -> None:
    process = start(INGEST, folder, tmp_path / "g", FAKE_SECONDS="0.02")
    wait_for(lambda: len(children(process)) == 2, process)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert '"interrupted": true' in said
    assert f'"added": {documents(tmp_path / "g")}' in said


def test_readers_never_fail_beside_a_writer(folder: Path, tmp_path: Path, fake: str) -> None:
    Ledger.create(tmp_path / "g")
    reader = start(READ, tmp_path / "g", 5)
    ingest([folder], tmp_path / "g", options=Options(extractor=fake, workers=2, batch_documents=10))
    said, complaints = reader.communicate(timeout=60)
    assert reader.returncode == 0, complaints
    assert int(said) > 5


def test_two_writers_take_turns(tmp_path: Path, fake: str) -> None:
    write_patents(tmp_path / "one" / "x_abstracts.jsonl", 200)
    write_patents(tmp_path / "two" / "y_abstracts.jsonl", 200, first=200)
    other = start(INGEST, tmp_path / "one", tmp_path / "g")
    ingest([tmp_path / "two"], tmp_path / "g", options=Options(extractor=fake, workers=1))
    _, complaints = other.communicate(timeout=120)
    assert other.returncode == 0, complaints
    assert documents(tmp_path / "g") == 400


def test_a_document_that_kills_its_worker_costs_itself_only(tmp_path: Path, fake: str) -> None:
    titles = {3: "DIE", 60: "RAISE", 61: "PRINT", 99: "DIE"}
    file = write_patents(tmp_path / "x_abstracts.jsonl", 120, titles=titles)
    tally = ingest([file], tmp_path / "g", options=Options(extractor=fake, workers=2))
    assert (tally.added, tally.rejects) == (117, 3)
    found = [(row[2], row[3]) for row in contents(tmp_path / "g")["reject"]]
    assert [line for line, _ in found] == [4, 61, 100]
    assert "ended with code -9" in found[0][1] and "cannot be understood" in found[1][1]


def test_a_document_that_hangs_is_given_up(
    tmp_path: Path, fake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "SECONDS_PER_PARCEL", 5.0)
    monkeypatch.setattr(workers, "SECONDS_PER_DOCUMENT", 4.0)
    file = write_patents(tmp_path / "x_abstracts.jsonl", 40, titles={20: "HANG"})
    options = Options(extractor=fake, workers=1, batch_documents=10)
    tally = ingest([file], tmp_path / "g", options=options)
    assert (tally.added, tally.rejects) == (39, 1)
    assert "longer than 4 s" in tally.groups[0].found


def test_an_extractor_that_cannot_start_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_extractor.py").write_text(
        "import sys\nVERSION = 'half'\nif 'pytest' not in sys.modules:\n    raise ImportError('no model')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    file = write_patents(tmp_path / "x_abstracts.jsonl", 60)
    with pytest.raises(SilobridgeError, match="no worker process stays alive") as caught:
        ingest([file], tmp_path / "g", options=Options(extractor="half_extractor", workers=1))
    assert "no model" in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see a process's children")
def test_workers_end_with_their_parent(folder: Path, tmp_path: Path) -> None:
    process = start(INGEST, folder, tmp_path / "g", FAKE_SECONDS="0.02")
    wait_for(lambda: len(children(process)) == 2, process)
    pids = children(process)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert pids and not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


FILL = """
import resource, sys
from pathlib import Path
from silobridge.ingest.pipeline import ingest
from silobridge.ingest.tally import Options
from silobridge.kg.errors import StorageFull
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    ingest([Path(sys.argv[1])], Path(sys.argv[2]), options=Options(extractor="fake_understanding", workers=1))
except StorageFull as error:
    print(error)
    sys.exit(7)
"""


def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path, fake: str) -> None:
    file = write_patents(tmp_path / "x_abstracts.jsonl", 6000)
    Ledger.create(tmp_path / "g")
    room = (tmp_path / "g" / "ledger.duckdb").stat().st_size + 3_000_000
    process = start(FILL, file, tmp_path / "g", room)
    said, complaints = process.communicate(timeout=120)
    assert process.returncode == 7, complaints
    kept = documents(tmp_path / "g")
    assert f"{kept} documents of this run are kept" in said
    assert 0 < kept < 6000
    ingest([file], tmp_path / "g", options=Options(extractor=fake, workers=2))
    assert documents(tmp_path / "g") == 6000
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_no_space_left_is_said_plainly(tmp_path: Path, fake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("silobridge.ingest.keeper.append", full)
    file = write_patents(tmp_path / "x_abstracts.jsonl", 3)
    with pytest.raises(StorageFull, match="the disk is full") as caught:
        ingest([file], tmp_path / "g", options=Options(extractor=fake))
    assert "0 documents of this run are kept" in caught.value.hint
