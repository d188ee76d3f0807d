"""What people said, taken in from elsewhere: decisions, verdicts and outcomes in one file.

It promises that a line of any of the three kinds is taken for what it is, and that nothing is taken in if one line
is none. It refuses to guess: a line without `table` is a decision, as `kg export` writes it.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from silobridge.kg.errors import UsageError
from silobridge.kg.ledger import decisions, verdicts

if TYPE_CHECKING:
    import duckdb


def import_lines(connection: "duckdb.DuckDBPyConnection", lines: Iterable[str]) -> dict[str, int]:
    """Add what was said elsewhere, inside the caller's transaction, and return how many of each were new.

    Raises
    ------
    UsageError
        If a line is none of the three kinds; nothing is added then.
    """
    of_concepts: list[str] = []
    of_findings: list[str] = []
    for number, line in enumerate(lines, 1):
        # A blank keeps the line's number for the one who reads the error.
        sort = _table(line, number) if line.strip() else ""
        of_concepts.append(_bare(line) if sort == "decision" else "")
        of_findings.append(line if sort in ("verdict", "outcome") else "")
    # Both are read before either is written: an error in the second would come too late.
    verdicts.parse_lines(of_findings)
    added = decisions.import_lines(connection, of_concepts)
    return {"decisions": added, "verdicts and outcomes": verdicts.import_lines(connection, of_findings)}


def _table(line: str, number: int) -> str:
    try:
        entry = json.loads(line)
        sort = entry.get("table", "decision")
    except (ValueError, AttributeError) as error:
        raise UsageError(f"not a line of JSON: {error}", where=f"line {number}") from error
    if sort not in ("decision", "verdict", "outcome"):
        raise UsageError(
            f"{sort!r} is nothing people say", where=f"line {number}", expected="decision, verdict or outcome"
        )
    return str(sort)


def _bare(line: str) -> str:
    entry = json.loads(line)
    entry.pop("table", None)
    return json.dumps(entry, ensure_ascii=False)
