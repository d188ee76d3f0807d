"""Run logs: what a line says was tried, how it ended, and why; no language, so no grammar.

It promises a sentence a line, exact places, and for every run that failed a claim that what was tried is limited
by the cause the line names. It refuses to blame: where a line gives no cause, what was tried fails at its task.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from silobridge.ingest.extractors.record import Evidence, Extraction, Item, Mention, Quantity, Sentence
from silobridge.kg import units
from silobridge.kg.forms import normal_form

LANGUAGE = "zxx"
"""ISO 639-2: no linguistic content."""
VERSION = "logs-2"

_FIELD = re.compile(r"(?P<key>[^;:\n]{1,80}): (?P<value>[^;\n]{0,410})")
_OUTCOMES = frozenset({"status", "state", "outcome", "result_status", "exit_status", "termination"})
_CODES = frozenset({"exit_code", "returncode", "return_code"})
_CRASHED = re.compile(r"crash|\A(?:134|137|139|-\d+)\Z", re.IGNORECASE)
_STATUS = re.compile(r"\A(?:failed|error|crashed|aborted)\s*[:,-]\s*", re.IGNORECASE)
"""What a status says before it says why: "error: did not converge"."""
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
    r"fail|(?<!no )(?<!without )(?<!0 )error|crash|diverg|oom|kill|time.?out|abort|infeasible|prun|exceeded|nan\b",
    re.IGNORECASE,
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
_STEPS = frozenset(
    {"step", "_step", "global_step", "epoch", "iteration", "iter", "runtime", "_runtime", "_timestamp"}
)
_WITH_UNIT = re.compile(r"(?P<name>[^\[(]+?)_?[\[(](?P<unit>[^\])]{1,20})[\])]\Z")
_PREFIXES = ("params", "param", "config", "metrics", "hparams", "user_attrs", "system_attrs")
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


class _Rows(NamedTuple):
    """What a case has said so far: a run is told in many lines, and each thing counts once."""

    mentions: list[Mention]
    evidence: dict[tuple[str, str, str, str], Evidence]
    quantities: dict[tuple[str, str], Quantity]


def _extraction(item: Item) -> Extraction:
    sentences: list[Sentence] = []
    rows = _Rows([], {}, {})
    for span in item.spans:
        begin = span.start
        for line in item.text[span.start : span.stop].split("\n"):
            if line.strip():
                number = len(sentences)
                sentence = Sentence(begin, begin + len(line))
                sentences.append(sentence)
                if span.role == "log":
                    _read(item.text, number, sentence, rows)
            begin += len(line) + 1
    rows.mentions.sort(key=lambda mention: (mention.start, -mention.stop))
    return Extraction(
        tuple(sentences),
        tuple(rows.mentions),
        (),
        tuple(rows.evidence.values()),
        tuple(rows.quantities.values()),
    )


def _read(text: str, number: int, sentence: Sentence, rows: _Rows) -> None:
    """Read one line: what was tried and aimed at, what was measured, and why it failed if it did."""
    fields = [
        _Field(match["key"].strip().lower(), match["value"], match.start("value"), match.end("value"))
        for match in _FIELD.finditer(text, sentence.start, sentence.stop)
        if match["value"].strip()
    ]
    tried = [mention for field in fields if (mention := _named(number, field, _TRIED))][:_MOST_TRIED]
    aims = [mention for key in _AIMS for field in fields if (mention := _named(number, field, {key: ""}))]
    tried = tried or [m for field in fields[:1] if (m := _run(number, field))]
    rows.mentions.extend(dict.fromkeys([*tried, *aims]))
    for field in fields:
        # A setting said again on each line of a run is one quantity, as is a value that stays.
        if (field.key, field.value) not in rows.quantities and (found := _measured(number, field)):
            rows.quantities[field.key, field.value] = found
    cause = _cause(text, fields)
    if cause is None:
        return
    if cause.form:
        surface = text[cause.start : cause.stop]
        rows.mentions.append(Mention(number, cause.start, cause.stop, cause.form, surface, "", "keyword"))
    for one in tried:
        others = (
            [(cause.form, cause.start, cause.stop)]
            if cause.form
            else [(a.form, a.start, a.stop) for a in aims[:1]]
        )
        for form, start, stop in others:
            predicate = "limited-by" if cause.form else "fails-at"
            if form != one.form:
                # A loss that is NaN from some step on is NaN on every line after it: one failure.
                rows.evidence.setdefault((one.form, predicate, form, cause.kind), Evidence(
                    number, sentence.start, sentence.stop, one.form, one.start, one.stop,
                    predicate, form, start, stop,
                    "affirmed", False, 0.9, "run-log", "done", False, cause.kind, *cause.reason,
                ))  # fmt: skip


@lru_cache(maxsize=1 << 12)
def _last(key: str) -> str:
    """Give a key's own name: "lr" of "params.lr", "params/lr", "params_lr" and "user_attrs_lr"."""
    name = key.rpartition(".")[2].rpartition("/")[2]
    for prefix in _PREFIXES:
        if name.startswith(f"{prefix}_"):
            return name[len(prefix) + 1 :]
    return name


def _named(number: int, field: _Field, keys: dict[str, str]) -> Mention | None:
    kind = keys.get(_last(field.key))
    if kind is None:
        return None
    form = normal_form(field.value)
    if not any(c.isalpha() for c in form) or len(form) > 80:
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
    name, written, unit = _last(field.key), "", None
    if name in _STEPS:
        return None
    if (match := _WITH_UNIT.match(name)) and (unit := units.find(match["unit"])):
        name, written = match["name"], units.plain(match["unit"])
    form = normal_form(name.replace("_", " "))
    dimension, si = (unit.dimension, unit.si(value)) if unit else ("1", value)
    return Quantity(
        number, field.start, field.stop, "=", value, value, written, dimension, si, si, form, 0, 0
    )


def _said(fields: list[_Field]) -> _Field | None:
    """Give the field that says why: words, for an "error" that is a number is a measure."""
    quiet = ("none", "null", "ok", "nan")
    return next(
        (
            field
            for key in _REASONS
            for field in fields
            if _last(field.key) == key
            and field.value.lower() not in quiet
            and any(map(str.isalpha, field.value.lower().replace("e", "")))
        ),
        None,
    )


def _ended(fields: list[_Field]) -> tuple[_Field | None, bool]:
    """Give how the run ended, and whether it failed: by a word, or by an exit code that is not 0."""
    ended = next((field for field in fields if _last(field.key) in _OUTCOMES), None)
    if ended is not None:
        return ended, _FAILED.search(ended.value) is not None
    code = next((field for field in fields if _last(field.key) in _CODES), None)
    if code is None or not _NUMBER.fullmatch(code.value):
        return None, False
    return code, float(code.value) != 0


def _cause(text: str, fields: list[_Field]) -> _Cause | None:
    """Give why a run failed, or None where it did not: by its status, its error, or a metric that is no number."""
    ended, failed = _ended(fields)
    said = _said(fields)
    lost = next((f for f in fields if f.value.lower() in ("nan", "inf", "-inf", "infinity")), None)
    if ended is not None and not failed:
        said = None
    if not failed and lost is None and (said is None or _last(said.key) in ("message", "msg")):
        return None
    for field in (said, lost if failed or ended is None else None, ended):
        for pattern, kind, form in _CAUSES if field is not None else ():
            if field is not None and (match := pattern.search(text, field.start, field.stop)):
                reason = (said or field).start, (said or field).stop
                return _Cause(kind, form, match.start(), match.end(), reason)
    if not failed and said is None:
        return None
    kind = "crashed" if ended is not None and _CRASHED.search(ended.value) else "failed"
    words = said or ended
    start = words.start + len(words.value) - len(_STATUS.sub("", words.value)) if words else 0
    if words is not None and " " in text[start : words.stop]:
        stop = start + len(" ".join(text[start : words.stop].split(" ")[:_WORDS]))
        return _Cause(kind, normal_form(text[start:stop]), start, stop, (start, words.stop))
    if said is not None:
        return _Cause(kind, normal_form(said.value), said.start, said.stop, (said.start, said.stop))
    return _Cause(kind, "", 0, 0, (0, 0))
