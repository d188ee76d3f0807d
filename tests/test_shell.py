"""The shell: statements from a pipe, from a terminal, and what it completes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from silobridge.facade import open as open_graph
from silobridge.shell import Leave, Shell

KG = """
import sys
from silobridge.cli import app, shell
if not any(command.callback is shell.shell for command in app.app.registered_commands):
    shell.register(app.app)
app.run(sys.argv[1:])
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def shell(demo_folder: Path, said: list[str]) -> Shell:
    return Shell(open_graph(demo_folder), said.append)


def piped(graph: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KG, "shell", str(graph), *options],
        input=text,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_three_languages_agree(shell: Shell):
    shell.form = "csv"
    sparql = shell.feed("\\sparql SELECT (COUNT(*) AS ?n) WHERE { ?d a sb:Document }")
    cypher = shell.feed("\\cypher MATCH (d:Document) RETURN count(d) AS n")
    assert sparql == cypher == "n\n100"
    assert "documents,100" in shell.feed("how big is the graph?")


def test_a_statement_may_run_over_lines_and_hold_semicolons(shell: Shell):
    shell.feed("\\sparql")
    shell.form = "csv"
    assert shell.feed("SELECT (COUNT(*) AS ?n) WHERE { ?d a sb:Document ;") == ""
    assert shell.prompt == "......> "
    assert shell.feed("  sb:kind 'paper' }") == ""
    assert shell.feed("") == "n\n46"
    assert shell.feed("ASK { ?d a sb:Document };").splitlines()[-1] == "true"
    assert shell.prompt == "sparql> "


def test_errors_end_the_statement_and_not_the_shell(shell: Shell, said: list[str]):
    for line in (
        "\\cypher CREATE (n)",
        "\\nonsense",
        "\\limit many",
        "\\query domains-of-concept",
        "\\query a 'b",
        "asdf qwer",
    ):
        assert shell.feed(line) == ""
    assert len([text for text in said if text.startswith("error: ")]) == 6
    assert shell.failed
    assert "100" in shell.feed("\\cypher MATCH (d:Document) RETURN count(d)")


def test_a_question_says_how_it_was_read(shell: Shell, said: list[str]):
    answer = shell.feed("which disciplines work with phase chnage materials?")
    assert "Disciplines" in answer
    assert any("disciplines-of-concept" in text for text in said)
    assert any("chnage" in text for text in said)


def test_plans(shell: Shell):
    assert "estimated_rows" in shell.feed("\\cypher MATCH (d:Document) RETURN count(d)") + shell.feed(
        "\\plan"
    )
    assert "no plan" in shell.feed("\\plan which disciplines are silos?")
    shell.feed("\\sparql ASK { ?s ?p ?o }")
    assert "offers no plan" in shell.feed("\\plan")


def test_named_questions_limits_and_leaving(shell: Shell):
    shell.form = "csv"
    shell.feed("\\limit 3")
    assert len(shell.feed("\\query domains-of-concept concept='heat pipe'").splitlines()) == 4
    assert "methods-against" in shell.feed("\\list")
    assert "\\plan" in shell.feed("\\help")
    with pytest.raises(Leave):
        shell.feed("\\quit")


@pytest.mark.parametrize(("language", "typed", "expected"), [
    ("ask", "which disciplines work with heat p", ("heat pipe", 6)),
    ("ask", "哪些行业使用热失", ("热失控", 0)),
    ("sparql", "SELECT ?c { ?c sb:usedF", ("sb:usedFor", 8)),
    ("cypher", "MATCH (a)-[:USED_", ("USED_FOR", 0)),
    ("ask", "\\query methods-ag", ("methods-against", 10)),
    ("ask", "\\pl", ("\\plan", 3)),
])  # fmt: skip
def test_completion(shell: Shell, language: str, typed: str, expected: tuple[str, int]):
    shell.language = language
    found = shell.complete(typed)
    assert expected[0] in [text for text, _ in found]
    if expected[1]:
        assert expected in found


def test_a_pipe_gives_rows_on_stdout_and_talk_on_stderr(demo_folder: Path):
    done = piped(demo_folder, "\\cypher\nMATCH (d:Document)\nRETURN count(d) AS n", "--csv")
    assert (done.returncode, done.stdout) == (0, "n\n100\n"), done.stderr
    bad = piped(
        demo_folder, "\\cypher DELETE everything\n\\cypher MATCH (d:Document) RETURN count(d) AS n\n", "--csv"
    )
    assert bad.returncode == 1
    assert bad.stdout == "n\n100\n"
    assert "would write" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_on_a_terminal_it_prompts_completes_and_remembers(demo_folder: Path, tmp_path: Path):
    pexpect = pytest.importorskip("pexpect")
    pytest.importorskip("prompt_toolkit")
    env = os.environ | {"XDG_STATE_HOME": str(tmp_path), "TERM": "xterm", "COLUMNS": "120"}
    child = pexpect.spawn(
        sys.executable, ["-c", KG, "shell", str(demo_folder), "--csv"], env=env, encoding="utf-8", timeout=120,
        dimensions=(40, 160),
    )  # fmt: skip
    child.expect("ask")
    child.send("\\que\t")
    child.expect("query")
    child.send("\x15\\cypher MATCH (d:Document) RETURN count(d) AS n\r")
    child.expect(re.compile(r"n\s+100"))
    child.send("\x04")
    child.expect(pexpect.EOF)
    kept = (tmp_path / "silobridge" / "history").read_text("utf-8")
    assert "MATCH (d:Document)" in kept
