"""What reviewers said of findings, beside the findings; and whether high scores were judged sound more often.

It promises dissent shown as counts of each word, and an interval on every share. It refuses to settle a
disagreement: two reviewers who differ count as one finding that is half sound.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.kg.ledger.store import Ledger
from silobridge.kg.ledger.verdicts import JUDGEMENTS, Outcome, Verdict, judge, observe, outcomes, verdicts

if TYPE_CHECKING:
    from silobridge.queries.table import Table

SHOWN = "findings.json"
REMEMBERED = 20_000
Z95 = 1.959963984540054


def beside(ledger: Ledger, findings: Sequence[str]) -> Mapping[str, str]:
    """Say for each finding that was judged what was said: "2 sound, 1 wrong; tried 2026"."""
    with ledger.reading() as connection:
        said, became = verdicts(connection, findings), outcomes(connection, findings)
    return {
        finding: text
        for finding in findings
        if (
            text := summary(
                [v for v in said if v.finding == finding], [o for o in became if o.finding == finding]
            )
        )
    }


def summary(said: Sequence[Verdict], became: Sequence[Outcome] = ()) -> str:
    """Count verdicts by their word and name outcomes.

    Examples
    --------
    >>> one = Verdict("verdict:1", "", "bridge:1", "sound", "Ada", "")
    >>> summary([one, one], [Outcome("outcome:1", "", "bridge:1", "tried", "2026", "", "Bo", "")])
    '2 sound; tried 2026'
    """
    counts = Counter(one.judgement for one in said)
    words = ", ".join(f"{counts[word]} {word}" for word in ("sound", "known", "wrong") if counts[word])
    later = ", ".join(f"{one.result} {one.happened}".strip() for one in became)
    return "; ".join(part for part in (words, later) if part)


def remember(ledger: Ledger, shown: Iterable[tuple[str, str, float]]) -> None:
    """Keep label and score of findings that were shown, so that a verdict on them knows what it judged.

    The file is a cache: without it a verdict is kept all the same, without a score.
    """
    file = ledger.folder / "cache" / SHOWN
    held = _remembered(file)
    for identifier, label, score in shown:
        held.pop(identifier, None)
        held[identifier] = (label, score)
    kept = dict(list(held.items())[-REMEMBERED:])
    file.parent.mkdir(exist_ok=True)
    aside = file.with_name(f".{SHOWN}.{os.getpid()}")
    aside.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    aside.replace(file)


def shown(ledger: Ledger, finding: str) -> tuple[str, float | None]:
    """Return the label and score a finding was last shown with; empty and None where it was not."""
    return _remembered(ledger.folder / "cache" / SHOWN).get(finding, ("", None))


def record(
    ledger: Ledger, finding: str, judgement: str, signed: tuple[str, str], score: float | None = None
) -> Verdict:
    """Record a reviewer's verdict on a finding, with the score it was shown with where that is known.

    Raises
    ------
    UsageError
        As `kg.ledger.verdicts.judge`.
    """
    label, known = shown(ledger, finding)
    with ledger.writing() as connection:
        return judge(connection, finding, judgement, signed, (label, known if score is None else score))


def record_outcome(
    ledger: Ledger, finding: str, result: str, signed: tuple[str, str], happened: str = "", source: str = ""
) -> Outcome:
    """Record what became of a finding.

    Raises
    ------
    UsageError
        As `kg.ledger.verdicts.observe`.
    """
    with ledger.writing() as connection:
        return observe(connection, finding, result, signed, happened, source)


def listed(ledger: Ledger) -> "Table":
    """List every standing verdict and every outcome, dissent side by side."""
    from silobridge.queries.table import Table

    with ledger.reading() as connection:
        said, became = verdicts(connection), outcomes(connection)
    labels = {one.finding: one.label for one in said if one.label}
    rows = [(v.finding, v.label or None, v.judgement, v.who, v.reason, v.score, v.at[:10]) for v in said]
    rows += [
        (
            o.finding,
            labels.get(o.finding),
            f"{o.result} {o.happened}".strip(),
            o.who,
            o.reason,
            None,
            o.at[:10],
        )
        for o in became
    ]
    rows.sort(key=lambda row: (row[0], row[6], row[3]))
    return Table(("finding", "label", "said", "who", "why", "score", "on"), rows, "Verdicts and outcomes")


def calibration(ledger: Ledger, bins: int = 10) -> "Table":
    """Tabulate, by tenth of the score, the share of judged findings called sound.

    Each finding counts once, by the share of its reviewers who call it sound (known ones count as not
    sound: they were no news). Wilson's interval, 95 %.
    """
    from silobridge.queries.table import Table

    with ledger.reading() as connection:
        said = [one for one in verdicts(connection) if one.score is not None]
    by_finding: dict[str, list[Verdict]] = {}
    for one in said:
        by_finding.setdefault(one.finding, []).append(one)
    ranked = sorted((max(float(v.score or 0) for v in some), finding) for finding, some in by_finding.items())
    rows = []
    for at in range(min(bins, len(ranked))):
        part = ranked[
            at * len(ranked) // min(bins, len(ranked)) : (at + 1) * len(ranked) // min(bins, len(ranked))
        ]
        sound = sum(_share(by_finding[finding]) for _, finding in part)
        low, high = wilson(sound, len(part))
        bounds = round(part[0][0], 4), round(part[-1][0], 4)
        rows.append((at + 1, *bounds, len(part), round(sound / len(part), 3), round(low, 3), round(high, 3)))
    columns = ("tenth", "lowest score", "highest score", "findings", "share sound", "low", "high")
    return Table(columns, rows, "Share judged sound, by score")


ENOUGH = 20
"""From so many judged findings on, a list says how often ones that scored alike were called sound."""


def precision(ledger: Ledger, sort: str, scores: Sequence[float]) -> tuple[str, ...]:
    """Say how often judged findings with scores like these were called sound; nothing before `ENOUGH` were judged.

    Judged findings are those of the sort (bridge, silo) that bear a score. Bands are the thirds of their scores;
    only bands into which a score of the list falls are told, with Wilson's 95 % interval.
    """
    with ledger.reading() as connection:
        said = [one for one in verdicts(connection) if one.score is not None]
    by_finding: dict[str, list[Verdict]] = {}
    for one in said:
        if one.finding.partition(":")[0] == sort:
            by_finding.setdefault(one.finding, []).append(one)
    if len(by_finding) < ENOUGH:
        return ()
    ranked = sorted((max(float(v.score or 0) for v in some), finding) for finding, some in by_finding.items())
    told = []
    for third in range(3):
        part = ranked[third * len(ranked) // 3 : (third + 1) * len(ranked) // 3]
        above = float("inf") if third == 2 else ranked[(third + 1) * len(ranked) // 3][0]
        below = float("-inf") if third == 0 else part[0][0]
        if any(below <= score < above for score in scores):
            sound = sum(_share(by_finding[finding]) for _, finding in part)
            low, high = wilson(sound, len(part))
            told.append(
                f"Reviewers called {sound / len(part):.0%} of {len(part)} judged {sort}s with scores from "
                f"{part[0][0]:.3g} to {part[-1][0]:.3g} sound (95 % {low:.0%} to {high:.0%})."
            )
    return tuple(told)


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """Return the bounds of Wilson's 95 % interval for a share (Wilson 1927).

    Examples
    --------
    >>> tuple(round(bound, 3) for bound in wilson(8, 10)), wilson(0, 0)
    ((0.49, 0.943), (0.0, 1.0))
    """
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, Z95**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = Z95 * (share * (1 - share) / trials + square / (4 * trials**2)) ** 0.5 / (1 + square / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(said: Sequence[Verdict]) -> float:
    return sum(one.judgement == "sound" for one in said) / len(said)


def _remembered(file: Path) -> dict[str, tuple[str, float]]:
    try:
        held = json.loads(file.read_text("utf-8"))
        return {str(key): (str(label), float(score)) for key, (label, score) in held.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


__all__ = [
    "JUDGEMENTS",
    "beside",
    "calibration",
    "listed",
    "precision",
    "record",
    "record_outcome",
    "remember",
    "shown",
    "summary",
]
