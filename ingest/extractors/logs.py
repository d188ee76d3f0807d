"""Run logs: what a line says was tried, how it ended, and why; no language, so no grammar.

It promises a sentence a line, exact places, and for every run that failed a claim that what was tried is limited
by the cause the line names. It refuses to blame: where a line gives no cause, what was tried fails at its task.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from silobridge.ingest.extractors.record import Evidence, Extraction, Item, Mention, Quantity, Sentence
from silobridge.kg.forms import normal_form

LANGUAGE = "zxx"
"""ISO 639-2: no linguistic content."""
VERSION = "logs-1"

_FIELD = re.compile(r"(?P<key>[^;:\n]{1,80}): (?P<value>[^;\n]{0,410})")
_OUTCOMES = frozenset({"status", "state", "outcome", "result_status", "exit_status", "termination"})
_REASONS = (
    "error",
    "reason",
    "failure_reason",
    "failure",
    "exception",
    "error_message",
    "message",
    "msg",
    "cause",
    "traceback",
)
_FAILED = re.compile(
    r"fail|error|crash|diverg|oom|kill|time.?out|abort|infeasible|prun|exceeded|nan\b", re.IGNORECASE
)
_TRIED = {
    "model": "method", "architecture": "method", "arch": "method", "method": "method", "algorithm": "method",
    "optimizer": "method", "material": "material", "electrolyte": "material", "catalyst": "material", "sample": "material",
    "electrode": "material", "device": "device", "network": "method", "recipe": "method", "process": "method",
}  # fmt: skip
"""What was tried, by its key; the first of a record counts before the later ones."""
_AIMS = ("task", "dataset", "data", "target", "objective", "metric", "benchmark", "property")
_CAUSES = (
    (re.compile(r"out of memory|\bOOM\b|OutOfMemory\w*|MemoryError|cannot allocate memory", re.IGNORECASE),
     "out-of-resources", "out of memory"),
    (re.compile(r"time.?limit|timed? ?out|timeout|walltime", re.IGNORECASE), "out-of-resources", "time limit"),
    (re.compile(r"no space left|disk (?:is )?full|quota exceeded", re.IGNORECASE), "out-of-resources", "disk space"),
    (re.compile(r"\bnan\b|\binf(?:inity)?\b|diverg\w+|explod\w+ gradients?|loss explosion|overflow", re.IGNORECASE),
     "diverged", "divergence"),
)  # fmt: skip
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?(?:[eE][-+]?\d{1,3})?")
_MOST_TRIED = 3
_WORDS = 6


class _Field(NamedTuple):
    key: str
    value: str
    start: int
    stop: int


class _Cause(NamedTuple):
    kind: str
    form: str
    start: int
    stop: int
    reason: tuple[int, int]


def extract_all(items: Iterable[Item]) -> Iterator[Extraction]:
    """Yield one extraction per item, in order, none depending on its neighbours."""
    for item in items:
        yield _extraction(item)


def _extraction(item: Item) -> Extraction:
    sentences: list[Sentence] = []
    mentions: list[Mention] = []
    evidence: list[Evidence] = []
    quantities: list[Quantity] = []
    for span in item.spans:
        begin = span.start
        for line in item.text[span.start : span.stop].split("\n"):
            if line.strip():
                number = len(sentences)
                sentence = Sentence(begin, begin + len(line))
                sentences.append(sentence)
                if span.role == "log":
                    _read(item.text, number, sentence, (mentions, evidence, quantities))
            begin += len(line) + 1
    mentions.sort(key=lambda mention: (mention.start, -mention.stop))
    return Extraction(tuple(sentences), tuple(mentions), (), tuple(evidence), tuple(quantities))


def _read(
    text: str,
    number: int,
    sentence: Sentence,
    into: tuple[list[Mention], list[Evidence], list[Quantity]],
) -> None:
    """Read one line: what was tried and aimed at, what was measured, and why it failed if it did."""
    mentions, evidence, quantities = into
    fields = [
        _Field(match["key"].strip().lower(), match["value"], match.start("value"), match.end("value"))
        for match in _FIELD.finditer(text, sentence.start, sentence.stop)
        if match["value"].strip()
    ]
    tried = [mention for field in fields if (mention := _named(number, field, _TRIED))][:_MOST_TRIED]
    aims = [mention for key in _AIMS for field in fields if (mention := _named(number, field, {key: ""}))]
    tried = tried or [m for field in fields[:1] if (m := _run(number, field))]
    mentions.extend(dict.fromkeys([*tried, *aims]))
    quantities.extend(found for field in fields if (found := _measured(number, field)))
    cause = _cause(text, fields)
    if cause is None:
        return
    if cause.form:
        surface = text[cause.start : cause.stop]
        mentions.append(Mention(number, cause.start, cause.stop, cause.form, surface, "", "keyword"))
    for one in tried:
        others = (
            [(cause.form, cause.start, cause.stop)]
            if cause.form
            else [(a.form, a.start, a.stop) for a in aims[:1]]
        )
        for form, start, stop in others:
            if form != one.form:
                evidence.append(Evidence(
                    number, sentence.start, sentence.stop, one.form, one.start, one.stop,
                    "limited-by" if cause.form else "fails-at", form, start, stop,
                    "affirmed", False, 0.9, "run-log", "done", False, cause.kind, *cause.reason,
                ))  # fmt: skip


def _last(key: str) -> str:
    """Give a key's own name: "lr" of "params.lr", "params/lr" and "params_lr"."""
    name = key.rpartition(".")[2].rpartition("/")[2]
    head, _, rest = name.partition("_")
    return rest if rest and head in ("params", "param", "config", "metrics", "hparams") else name


def _named(number: int, field: _Field, keys: dict[str, str]) -> Mention | None:
    kind = keys.get(_last(field.key))
    form = normal_form(field.value)
    if kind is None or not any(c.isalpha() for c in form) or len(form) > 80:
        return None
    return Mention(number, field.start, field.stop, form, field.value, kind, "keyword")


def _run(number: int, field: _Field) -> Mention | None:
    """Give the run itself where nothing else says what was tried."""
    form = normal_form(f"run {field.value}")
    return (
        Mention(number, field.start, field.stop, form, field.value, "", "keyword")
        if len(form) <= 80
        else None
    )


def _measured(number: int, field: _Field) -> Quantity | None:
    if not _NUMBER.fullmatch(field.value) or field.key.endswith(
        ("id", "run", "trial", "seed", "number", "timestamp")
    ):
        return None
    value = float(field.value)
    name = normal_form(_last(field.key).replace("_", " "))
    return Quantity(number, field.start, field.stop, "=", value, value, "", "1", value, value, name, 0, 0)


def _cause(text: str, fields: list[_Field]) -> _Cause | None:
    """Give why a run failed, or None where it did not: by its status, its error, or a metric that is no number."""
    ended = next((f for f in fields if f.key in _OUTCOMES), None)
    said = next(
        (
            f
            for key in _REASONS
            for f in fields
            if f.key == key and f.value.lower() not in ("none", "null", "0", "ok")
        ),
        None,
    )
    failed = ended is not None and _FAILED.search(ended.value) is not None
    lost = next((f for f in fields if f.value.lower() in ("nan", "inf", "-inf", "infinity")), None)
    if ended is not None and not failed:
        said = None
    if not failed and lost is None and (said is None or said.key in ("message", "msg")):
        return None
    for field in (said, lost if failed or ended is None else None, ended):
        for pattern, kind, form in _CAUSES if field is not None else ():
            if field is not None and (match := pattern.search(text, field.start, field.stop)):
                reason = (said or field).start, (said or field).stop
                return _Cause(kind, form, match.start(), match.end(), reason)
    kind = "crashed" if ended is not None and "crash" in ended.value.lower() else "failed"
    if said is not None:
        stop = said.start + len(" ".join(said.value.split(" ")[:_WORDS]))
        return _Cause(kind, normal_form(text[said.start : stop]), said.start, stop, (said.start, said.stop))
    return _Cause(kind, "", 0, 0, (0, 0)) if failed else None
