"""The chat client against a server that misbehaves: an error with its reason every time, an empty result never."""

import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from misbehaving import breaks_off, drips, echoes_the_key, envelope, floods, hangs, says, sends, serving

from silobridge.kg.errors import BudgetSpent, ModelAnswer, ModelError, ModelUnreachable, UsageError
from silobridge.kg.models.chat import KEY, Chat, Limits, Model, Prompt, clear

PROMPT = Prompt("number", "1", "Give a number.", {"type": "object"})
SECRET = "sk-very-secret"


def number(record: Any) -> int:
    if not isinstance(record, dict) or not isinstance(record.get("n"), int):
        raise ValueError("no record with a number n")
    return int(record["n"])


def chat(url: str, folder: Path, **limits: Any) -> Chat:
    waits: list[float] = []
    made = Chat(
        Model(url, "m"), folder / "kept", Limits(**({"seconds": 0.4, "tries": 2} | limits)), waits.append
    )
    made.waits = waits  # type: ignore[attr-defined]
    return made


def test_a_good_answer_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(KEY, SECRET)
    with serving(says({"n": 7})) as server:
        one = chat(server.url, tmp_path)
        assert [one.ask(PROMPT, "text", number) for _ in range(3)] == [7, 7, 7]
        assert chat(server.url, tmp_path).ask(PROMPT, "text", number) == 7
        assert len(server.seen) == 1 and (one.calls, one.spent) == (1, 50)
        sent = server.seen[0]
        assert (
            sent["path"] == "/v1/chat/completions" and sent["headers"]["Authorization"] == f"Bearer {SECRET}"
        )
        assert (
            sent["body"]["messages"][1] == {"role": "user", "content": "text"}
            and sent["body"]["temperature"] == 0
        )
        # Another text, another prompt, another model: asked again.
        one.ask(PROMPT, "other", number)
        one.ask(Prompt("number", "2", "Give a number.", {}), "text", number)
        Chat(Model(server.url, "n"), one.folder).ask(PROMPT, "text", number)
        assert len(server.seen) == 4
    book = [json.loads(line) for line in (one.folder / "costs.jsonl").read_text().splitlines()]
    assert [line["tokens"] for line in book] == [50] * 4 and all(line["counted"] for line in book)
    assert SECRET not in "".join(file.read_text() for file in one.folder.iterdir())


UNREACHABLE = {
    "hang": (hangs, "within"), "drip": (drips, "within"), "broken off": (breaks_off, "broke off"),
    "500": (sends(500, b"oops"), "status 500: oops"), "redirect": (sends(302, b"", Location="http://127.0.0.1:1/"), "302"),
    "flood": (floods, "larger than"), "401 with the key in it": (echoes_the_key, "401"),
    "404 page": (sends(404, b"<html><b>not here</b></html>"), "<html>"),
}  # fmt: skip
UNUSABLE = {
    "HTML with status 200": (sends(200, b"<!doctype html><title>Log in</title>"), "<!doctype"),
    "no choices": (sends(200, b'{"choices": []}'), "no choice"), "null content": (says(None), "no choice"),
    "a list": (sends(200, b"[1]"), "no JSON record"), "deep": (sends(200, b"[" * 100_000), "no JSON record"),
    "prose": (says("The number is 7."), "also when told so"), "cut JSON": (says('{"n": '), "also when told so"),
    "wrong shape": (says({"n": "seven"}), "no record with a number"), "empty": (says(""), "also when told so"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREACHABLE)
def test_no_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(KEY, SECRET)
    step, reason = UNREACHABLE[name]
    begun = time.monotonic()
    with serving(step) as server:
        made = chat(server.url, tmp_path)
        with pytest.raises(ModelUnreachable, match=reason) as caught:
            made.ask(PROMPT, "text", number)
        once = name in ("redirect", "flood", "401 with the key in it", "404 page")
        assert len(server.seen) == (1 if once else 2)
    assert time.monotonic() - begun < 4
    assert SECRET not in str(caught.value) and caught.value.where.startswith("http://127.0.0.1")
    assert not list(made.folder.glob("*.json"))


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_wrong_answer_is_an_error(tmp_path: Path, name: str):
    step, reason = UNUSABLE[name]
    with serving(step) as server, pytest.raises(ModelAnswer, match=reason):
        chat(server.url, tmp_path).ask(PROMPT, "text", number)
    assert not list((tmp_path / "kept").glob("*.json"))


def test_nobody_there(tmp_path: Path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    made = chat(url, tmp_path, tries=3)
    with pytest.raises(ModelUnreachable, match="refused"):
        made.ask(PROMPT, "text", number)
    assert made.waits == [1.0, 2.0]  # type: ignore[attr-defined]


def test_a_busy_server_says_how_long(tmp_path: Path):
    with serving(sends(429, b"slow down", Retry_After="7"), says({"n": 1})) as server:
        made = chat(server.url, tmp_path)
        assert made.ask(PROMPT, "text", number) == 1 and made.waits == [7.0]  # type: ignore[attr-defined]
    with serving(sends(429, b"tomorrow", Retry_After="86400"), says({"n": 1})) as server:
        with pytest.raises(ModelUnreachable, match="tomorrow"):
            chat(server.url, tmp_path / "other").ask(PROMPT, "text", number)
        assert len(server.seen) == 1


def test_one_repair(tmp_path: Path):
    with serving(says("seven"), says({"n": 7})) as server:
        assert chat(server.url, tmp_path).ask(PROMPT, "text", number) == 7
        again = server.seen[1]["body"]["messages"]
        assert (
            again[2] == {"role": "assistant", "content": "seven"}
            and "could not be used" in again[3]["content"]
        )


def test_a_server_without_schemas(tmp_path: Path):
    with serving(sends(400, b"response_format?"), says({"n": 3})) as server:
        assert chat(server.url, tmp_path).ask(PROMPT, "text", number) == 3
        assert "response_format" in server.seen[0]["body"] and "response_format" not in server.seen[1]["body"]


def test_the_budget_holds(tmp_path: Path):
    with serving(says({"n": 3}, 600), says({"n": 4}, None)) as server:
        made = chat(server.url, tmp_path, tokens=1000, answer=300)
        assert made.ask(PROMPT, "one", number) == 3
        assert made.ask(PROMPT, "two", number) == 4
        with pytest.raises(BudgetSpent, match="tokens are spent"):
            made.ask(PROMPT, "three", number)
        assert made.ask(PROMPT, "one", number) == 3 and len(server.seen) == 2
    lines = (made.folder / "costs.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["counted"] is False
    # A purge takes what quotes documents, and leaves the costs.
    assert clear(made.folder) == 2 and [file.name for file in made.folder.iterdir()] == ["costs.jsonl"]


def test_a_damaged_file_is_asked_again(tmp_path: Path):
    with serving(says({"n": 5})) as server:
        made = chat(server.url, tmp_path)
        made.ask(PROMPT, "text", number)
        (file,) = made.folder.glob("*.json")
        for damage in ("{", '{"n": "no"}'):
            file.write_text(damage)
            assert made.ask(PROMPT, "text", number) == 5
        assert len(server.seen) == 3


@pytest.mark.parametrize(
    "text", ["http://host/v1", "ftp://host#m", "http://user:pw@host#m", "#m", "http://host?x=1#m"]
)
def test_what_is_no_address(text: str):
    with pytest.raises(UsageError):
        Model.parse(text)


def test_a_key_never_travels_in_clear(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(KEY, SECRET)
    with pytest.raises(UsageError, match="in clear"):
        Model.parse("http://example.org/v1#m")
    assert Model.parse("https://example.org/v1/#m").url == "https://example.org/v1"
    assert issubclass(ModelAnswer, ModelError) and envelope("x")
