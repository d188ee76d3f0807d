"""The files for the offline import make the database that a push makes, and a later push follows it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from builders import add, small_batch, small_ledger
from serving import TOOLS, Server, embedded, free_port, served

from silobridge.kg.export import export
from silobridge.kg.servers.push import push


def test_the_files_say_what_they_hold(tmp_path: Path) -> None:
    ledger = small_ledger(tmp_path / "g", 5)
    export(ledger, "neo4j-admin", tmp_path / "out")
    script = (tmp_path / "out" / "import.sh").read_text("utf-8")
    named = [
        word.partition("=")[2].partition("=")[2] for word in script.split() if word.startswith("--nodes")
    ]
    assert all((tmp_path / "out" / name).exists() for name in named)
    head = (tmp_path / "out" / "Document.csv").read_text("utf-8").splitlines()[0]
    assert head.startswith("id:ID(Document),title:string,kind:string,year:long")
    assert "identifiers:string[]" in head
    export(ledger, "neo4j-admin", tmp_path / "again")
    assert {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()} == {
        one.name: one.read_bytes() for one in (tmp_path / "again").iterdir()
    }


def test_an_imported_database_is_a_pushed_one(
    tmp_path: Path, neo4j_process: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa

    from silobridge.kg.ledger.schema import arrow_schema
    from silobridge.kg.ledger.store import Ledger

    batch = small_batch(40)
    rows = batch["document"].to_pylist()
    rows[0]["title"] = 'Quoted "words", a\nsecond line; and a \\ backslash\\'
    identifiers = [*batch["identifier"].to_pylist(), {"doc": 0, "id": 'doi:10.5555/a;b,c"d'}]
    ledger = Ledger.create(tmp_path / "g")
    add(ledger, {
        **batch,
        "document": pa.Table.from_pylist(rows, arrow_schema("document")),
        "identifier": pa.Table.from_pylist(identifiers, arrow_schema("identifier")),
    })  # fmt: skip
    export(ledger, "neo4j-admin", tmp_path / "out")
    fresh = Server("neo4j", tmp_path / "home", free_port(), neo4j_process.password)
    monkeypatch.setenv("SILOBRIDGE_NEO4J_PASSWORD", fresh.password)
    tool = shlex.join([sys.executable, str(TOOLS / "neo4j.py"), "admin", str(fresh.folder)])
    done = subprocess.run(
        [tmp_path / "out" / "import.sh"],
        env=os.environ | {"NEO4J_ADMIN": tool},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    fresh.start()
    try:
        assert served(fresh.url) == embedded(ledger)
        assert push(ledger, fresh.url).how == "current"
        add(ledger, small_batch(2, seed=4, first=70))
        assert push(ledger, fresh.url).how == "followed"
        assert served(fresh.url) == embedded(ledger)
    finally:
        fresh.stop()
