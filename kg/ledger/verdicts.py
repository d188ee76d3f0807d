"""What reviewers say about findings, and what became of them.

It promises that every reviewer's last word stands beside the others', dissent included, that earlier words
are kept, and that both survive forgetting and reading again. It refuses a verdict without a name.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from silobridge.kg.errors import UnknownName, UsageError
from silobridge.kg.ids import PREFIXES, mint

if TYPE_CHECKING:
    import duckdb

JUDGEMENTS = ("known", "sound", "wrong")
"""Sound: it holds and was news; known: it holds and was no news; wrong: it does not hold."""

RESULTS = ("adopted", "failed", "patented", "published", "refuted", "tried")
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reviewer says of one finding; `label` and `score` are the finding's own when it was judged."""

    id: str
    at: str
    finding: str
    judgement: str
    who: str
    reason: str
    label: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened later: a result, when (a date or year), and where that can be read."""

    id: str
    at: str
    finding: str
    result: str
    happened: str
    source: str
    who: str
    reason: str


def judge(
    connection: "duckdb.DuckDBPyConnection",
    finding: str,
    judgement: str,
    signed: tuple[str, str],
    shown: tuple[str, float | None] = ("", None),
) -> Verdict:
    """Record a verdict inside the caller's transaction.

    Parameters
    ----------
    finding
        The finding's identifier, as lists and reports show it.
    judgement
        One of `JUDGEMENTS`.
    signed
        Who says so, and why.
    shown
        The finding's label and score when it was judged, for the calibration; None where not known.

    Raises
    ------
    UnknownName
        If there is no such judgement.
    UsageError
        If the finding is none, or the name is missing.
    """
    if judgement not in JUDGEMENTS:
        raise UnknownName("judgement", judgement, JUDGEMENTS)
    who, reason = _signed(finding, signed)
    at = _now()
    held = Verdict(
        mint("verdict", finding, judgement, who, reason, at), at, finding, judgement, who, reason, *shown
    )
    _insert(connection, "verdict", held)
    return held


def observe(
    connection: "duckdb.DuckDBPyConnection",
    finding: str,
    result: str,
    signed: tuple[str, str],
    happened: str = "",
    source: str = "",
) -> Outcome:
    """Record what became of a finding, inside the caller's transaction.

    Parameters
    ----------
    result
        One of `RESULTS`.
    signed
        Who says so, and why.
    happened
        When, as an ISO date, a year and month, or a year.
    source
        A document's identifier or an address.

    Raises
    ------
    UnknownName
        If there is no such result.
    UsageError
        If the finding is none, the name is missing, or the date is none.
    """
    if result not in RESULTS:
        raise UnknownName("outcome", result, RESULTS)
    who, reason = _signed(finding, signed)
    _check_date(happened)
    at = _now()
    identifier = mint("outcome", finding, result, happened, source, who, reason, at)
    held = Outcome(identifier, at, finding, result, happened, source[:LONGEST], who, reason)
    _insert(connection, "outcome", held)
    return held


def verdicts(connection: "duckdb.DuckDBPyConnection", findings: Sequence[str] | None = None) -> list[Verdict]:
    """Return the standing verdicts, each reviewer's last on each finding, by finding and reviewer."""
    last: dict[tuple[str, str], Verdict] = {}
    for held in _rows(connection, "verdict", Verdict):
        if findings is None or held.finding in findings:
            last[held.finding, held.who] = held
    return [last[key] for key in sorted(last)]


def outcomes(connection: "duckdb.DuckDBPyConnection", findings: Sequence[str] | None = None) -> list[Outcome]:
    """Return all outcomes, in the order they were recorded."""
    return [
        held for held in _rows(connection, "outcome", Outcome) if findings is None or held.finding in findings
    ]


def export_lines(connection: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """Yield every verdict and outcome ever given as a line of JSON, in the order they were given."""
    given: list[Verdict | Outcome] = [
        *_rows(connection, "verdict", Verdict),
        *_rows(connection, "outcome", Outcome),
    ]
    for held in given:
        table = "verdict" if isinstance(held, Verdict) else "outcome"
        yield json.dumps({"table": table, **asdict(held)}, ensure_ascii=False)


def import_lines(connection: "duckdb.DuckDBPyConnection", lines: Iterable[str]) -> int:
    """Add verdicts and outcomes exported elsewhere, and return how many were new.

    Raises
    ------
    UsageError
        If a line is neither; nothing is added then.
    """
    known = {held.id for held in _rows(connection, "verdict", Verdict)}
    known |= {held.id for held in _rows(connection, "outcome", Outcome)}
    incoming = parse_lines(lines)
    fresh = {held.id: held for held in incoming if held.id not in known}
    for held in fresh.values():
        _insert(connection, "verdict" if isinstance(held, Verdict) else "outcome", held)
    return len(fresh)


def parse_lines(lines: Iterable[str]) -> list[Verdict | Outcome]:
    """Read exported verdicts and outcomes, blank lines left out.

    Raises
    ------
    UsageError
        If a line is neither.
    """
    return [_parsed(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _signed(finding: str, signed: tuple[str, str]) -> tuple[str, str]:
    prefix, separator, local = finding.partition(":")
    if not separator or not local or prefix not in PREFIXES:
        raise UsageError(
            f"{finding!r} is not a finding", expected="an identifier such as bridge:0f95e39b9d650a21",
            hint="every list has a column id",
        )  # fmt: skip
    who, reason = (text.strip()[:LONGEST] for text in signed)
    if not who:
        raise UsageError("nobody says this", expected="the name of who judges", hint="give it with --who")
    return who, reason


def _check_date(text: str) -> None:
    if not text:
        return
    try:
        datetime.strptime(text, {4: "%Y", 7: "%Y-%m"}.get(len(text), "%Y-%m-%d"))
    except ValueError as error:
        raise UsageError(f"{text!r} is no date", expected="2026, 2026-11 or 2026-11-22") from error


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def _insert(connection: "duckdb.DuckDBPyConnection", table: str, held: Verdict | Outcome) -> None:
    values = list(asdict(held).values())
    marks = ", ".join("?::TIMESTAMP" if at == 1 else "?" for at in range(len(values)))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


_Held = TypeVar("_Held", Verdict, Outcome)


def _rows(connection: "duckdb.DuckDBPyConnection", table: str, kind: type[_Held]) -> list[_Held]:
    rows = connection.execute(
        f'SELECT * REPLACE (strftime("at", \'%Y-%m-%dT%H:%M:%S.%f\') AS "at") FROM {table} ORDER BY "at", id'
    ).fetchall()
    return [kind(*row) for row in rows]


def _parsed(line: str, number: int) -> Verdict | Outcome:
    where = f"line {number}"
    try:
        entry = json.loads(line)
        table = entry.pop("table")
        held: Verdict | Outcome = {"verdict": Verdict, "outcome": Outcome}[table](**entry)
        datetime.fromisoformat(held.at)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"neither a verdict nor an outcome: {error}",
            where=where,
            expected="a line as `kg export` writes it",
        ) from error
    word = held.judgement if isinstance(held, Verdict) else held.result
    if word not in (*JUDGEMENTS, *RESULTS):
        raise UsageError(
            f"unknown judgement {word!r}", where=where, expected=", ".join((*JUDGEMENTS, *RESULTS))
        )
    return held
