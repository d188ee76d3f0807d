"""`kg serve --sparql` and `kg push`, as a person calls them."""

import json
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from builders import small_ledger

KG = [sys.executable, "-c", "from silobridge.cli import main; main()"]


def test_serve_answers_until_interrupted_and_leaves_nothing(tmp_path: Path) -> None:
    folder = small_ledger(tmp_path / "g", 5).folder
    command = [*KG, "serve", str(folder), "--sparql", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        port = int(said.partition("127.0.0.1:")[2].partition("/")[0])
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/sparql?query=ASK%7B%3Fd%20a%20sb%3ADocument%7D")
        assert json.loads(connection.getresponse().read())["boolean"] is True
        connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    assert not [one.name for one in (folder / "views").iterdir() if one.name.startswith(".served")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["serve", "{g}"], 2, "expected  --sparql"),
        (["push", "{g}", "gopher://x"], 2, "no address to push to"),
        (["push", "{g}", "http://127.0.0.1:9"], 1, "hint      check that it runs"),
        (["push", "{g}/none", "http://127.0.0.1:9"], 1, "no graph here"),
    ],
)
def test_what_fails_says_why(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    folder = small_ledger(tmp_path / "g", 2).folder
    done = subprocess.run(
        [*KG, *(word.replace("{g}", str(folder)) for word in words)], capture_output=True, text=True
    )
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
