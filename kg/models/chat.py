"""A language model behind an OpenAI-compatible address: asked for one JSON record at a time, never believed.

It promises that an answer is returned only after the caller's check passed, that the same question to the same model
is asked once (answers are kept in files), that every call stands in a book of costs, and that a budget holds. It
refuses to turn silence, garbage or an error page into an empty result: each is an error with its reason.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from silobridge.kg.errors import BudgetSpent, ModelAnswer, ModelUnreachable, UsageError
from silobridge.kg.models.wire import Reply, Transient, check_url, post, quoted

KEY = "SILOBRIDGE_MODEL_KEY"
"""The environment variable that holds the key; there is no other way to give one."""

PATIENCE = 60.0
"""A server that asks to wait longer than this many seconds is called unreachable."""
LETTERS_PER_TOKEN = 3
"""Letters that make a token at least, where a server does not count; counts made so are marked."""

T = TypeVar("T")


@dataclass(frozen=True)
class Model:
    """Which model: the address that `/chat/completions` is put behind, and its name.

    Examples
    --------
    >>> Model.parse("http://127.0.0.1:8080/v1#small")
    Model(url='http://127.0.0.1:8080/v1', name='small')
    """

    url: str
    name: str

    @classmethod
    def parse(cls, text: str) -> "Model":
        """Read URL#name.

        Raises
        ------
        UsageError
            If it is not that, or not an address a key may be sent to.
        """
        url, _, name = text.partition("#")
        if not name:
            raise UsageError(
                "no model's name", where=text, expected="URL#name, e.g. http://127.0.0.1:8080/v1#qwen3"
            )
        check_url(url, os.environ.get(KEY, ""))
        return cls(url.rstrip("/"), name)


@dataclass(frozen=True)
class Prompt:
    """What is asked of a model: instructions, the shape of the answer, and the version of both."""

    name: str
    version: str
    instructions: str
    shape: Mapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """How long and how much: seconds a try, tries, tokens of all calls together (0: none set), tokens of an answer."""

    seconds: float = 60.0
    tries: int = 3
    tokens: int = 0
    answer: int = 2000


def clear(folder: Path) -> int:
    """Remove the kept answers and what was left out, which quote documents, and return how many files; costs stay."""
    held = [*folder.glob("*.json"), *folder.glob("rejected.jsonl")]
    for file in held:
        file.unlink(missing_ok=True)
    return len(held)


@dataclass
class Chat:
    """A model with its kept answers, its book of costs and its budget.

    Parameters
    ----------
    folder
        Where answers and costs are kept.
    pause
        How to wait; replaced in tests.
    """

    model: Model
    folder: Path
    limits: Limits = Limits()
    pause: Callable[[float], None] = time.sleep
    spent: int = field(default=0, init=False)
    calls: int = field(default=0, init=False)
    _plain: bool = field(default=False, init=False)

    def ask(self, prompt: Prompt, text: str, check: Callable[[Any], T]) -> T:
        """Ask about a text, and return what the check makes of the answer.

        Parameters
        ----------
        text
            Data, not instructions: it stands alone in the user's message.
        check
            Turns the decoded JSON into a result, or raises ValueError saying what is wrong: then the model is told,
            once.

        Raises
        ------
        ModelUnreachable, ModelAnswer, BudgetSpent
            No answer; twice a wrong one; no budget left for another call.
        """
        key = self._key(prompt, text)
        kept = self._kept(key)
        if kept is not None:
            try:
                return check(kept)
            except ValueError:  # The check has become stricter since: ask again.
                (self.folder / f"{key}.json").unlink(missing_ok=True)
        messages = [{"role": "system", "content": prompt.instructions}, {"role": "user", "content": text}]
        wrong = ""
        for _ in range(2):
            said = self._call(prompt, messages, key)
            try:
                record = json.loads(said)
                found = check(record)
            except (ValueError, RecursionError) as error:
                wrong = " ".join(str(error).split())[:300] or type(error).__name__
                repair = (
                    f"That could not be used: {wrong}. Answer again, only with the JSON record asked for."
                )
                messages = [
                    *messages,
                    {"role": "assistant", "content": said[:8000]},
                    {"role": "user", "content": repair},
                ]
                continue
            self._keep(key, record)
            return found
        raise ModelAnswer(
            f"the model's answer could not be used, also when told so: {wrong}",
            where=f"{self.model.url}#{self.model.name}",
            expected=f"JSON of the shape '{prompt.name}'",
            hint="try a model that follows a JSON schema",
        )

    def _key(self, prompt: Prompt, text: str) -> str:
        parts = [
            self.model.url,
            self.model.name,
            prompt.name,
            prompt.version,
            prompt.instructions,
            prompt.shape,
            text,
        ]
        return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _kept(self, key: str) -> Any:
        try:
            return json.loads((self.folder / f"{key}.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def _keep(self, key: str, record: Any) -> None:
        aside = self.folder / f".{key}-{os.getpid()}"
        aside.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        aside.replace(self.folder / f"{key}.json")

    def _call(self, prompt: Prompt, messages: list[dict[str, str]], key: str) -> str:
        """Make one paid call and return what the model said."""
        self.folder.mkdir(parents=True, exist_ok=True)
        size = sum(len(message["content"]) for message in messages) // LETTERS_PER_TOKEN + self.limits.answer
        if self.limits.tokens and self.spent + size > self.limits.tokens:
            raise BudgetSpent(
                f"{self.spent:,} tokens are spent and the next call may take {size:,}",
                where=f"{self.model.url}#{self.model.name}",
                expected=f"no more than {self.limits.tokens:,} in all",
                hint="raise the budget, or go on later: what was answered is kept",
            )
        reply = self._answered(prompt, messages)
        envelope = self._decoded(reply)
        said, counted = self._said(envelope, reply), self._counted(envelope)
        total = counted if counted is not None else size
        self.spent += total
        self.calls += 1
        line = {"model": self.model.name, "url": self.model.url, "prompt": prompt.name, "key": key, "tokens": total,
                "counted": counted is not None}  # fmt: skip
        with (self.folder / "costs.jsonl").open("a", encoding="utf-8") as book:
            book.write(json.dumps(line) + "\n")
        return said

    def _answered(self, prompt: Prompt, messages: list[dict[str, str]]) -> Reply:
        """Send until a reply of status 200 comes, waiting between tries."""
        url, secret, reason = f"{self.model.url}/chat/completions", os.environ.get(KEY, ""), ""
        for attempt in range(self.limits.tries):
            wait = min(2.0**attempt, PATIENCE)
            try:
                reply = post(url, self._message(prompt, messages), secret, self.limits.seconds)
            except Transient as error:
                reason = str(error)
            else:
                if reply.status == 200:
                    return reply
                reason = f"status {reply.status}: {quoted(reply.body, secret)}"
                if reply.status == 400 and not self._plain:
                    # Some servers know no schemas: ask for the record in words alone.
                    self._plain, wait = True, 0.0
                elif reply.status != 429 and reply.status < 500:
                    break
                wait = max(wait, reply.wait)
            if wait > PATIENCE or attempt + 1 == self.limits.tries:
                break
            self.pause(wait)
        hint = f"the key is read from {KEY}" if reason.startswith(("status 401", "status 403")) else (
            "an address that moved is not followed: give the new one" if reason.startswith("status 3")
            else "is the server running, and is this its address?"
        )  # fmt: skip
        raise ModelUnreachable(f"the model did not answer: {reason}", where=url, hint=hint)

    def _message(self, prompt: Prompt, messages: list[dict[str, str]]) -> dict[str, Any]:
        sent = {
            "model": self.model.name,
            "messages": messages,
            "temperature": 0,
            "max_tokens": self.limits.answer,
        }
        if self._plain:
            return sent
        schema = {"name": prompt.name, "schema": prompt.shape, "strict": True}
        return sent | {"response_format": {"type": "json_schema", "json_schema": schema}}

    def _decoded(self, reply: Reply) -> dict[str, Any]:
        try:
            envelope = json.loads(reply.body)
        except (ValueError, RecursionError):
            envelope = None
        if isinstance(envelope, dict):
            return envelope
        raise self._wrong("no JSON record", reply)

    def _said(self, envelope: Mapping[str, Any], reply: Reply) -> str:
        choices = envelope.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        message = first.get("message") if isinstance(first, dict) else None
        content = message.get("content") if isinstance(message, dict) else None
        if not isinstance(content, str):
            raise self._wrong("no choice with a message", reply)
        return content

    def _counted(self, envelope: Mapping[str, Any]) -> int | None:
        usage = envelope.get("usage")
        total = usage.get("total_tokens") if isinstance(usage, dict) else None
        return total if isinstance(total, int) and total > 0 else None

    def _wrong(self, found: str, reply: Reply) -> ModelAnswer:
        return ModelAnswer(
            f"the server's answer holds {found}: {quoted(reply.body, os.environ.get(KEY, ''))!r}",
            where=f"{self.model.url}/chat/completions",
            expected="an answer of the OpenAI chat interface",
            hint="is this the address of a chat server?",
        )
