"""Chinese claims: how many an abstract gives, how many of those a reader wants, and how many are right.

It promises recall on claims written down before any system answered, half of them never looked at while patterns
were made, and precision on claims read one by one. It refuses to hide what was seen: each sample says when it
was drawn and what was read before.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

from benchmarks.understanding import shipped
from benchmarks.understanding.claims import READ
from benchmarks.understanding.gold import Text
from benchmarks.understanding.metrics import counts, score
from benchmarks.understanding.table import Line, Options, Outcome

TITLE = "Chinese claims"
FOLDER = "../papers/chinese_csl"
LICENCE = "labels of this project; texts CSL, Apache-2.0"
WANTED = "claims_zh.tsv"
FILES = ("kg.*.tsv", "cls_ctg.train.tsv")
Span = tuple[int, int]


class Claim(NamedTuple):
    """Two spans and a predicate."""

    subject: Span
    predicate: str
    object: Span


def run(options: Options) -> Outcome:
    """Evaluate claims per abstract, recall and precision of the shipped extractor."""
    texts = _texts(options.data)
    made = _made(texts)
    shown = [*_recall(made, options.data), *_precision(made)]
    notes = [
        *_plenty(made),
        "wanted: the claims that a careful reader wants of 60 abstracts of 60 disciplines, written down before any"
        " system answered; right is the predicate on spans that overlap, and in the second line any predicate; the"
        " dev half was read again for what patterns miss",
        "read: precision stands in all of P, R and F1. before and after are an earlier version's; mending: 140 of the"
        " test half, drawn from patterns made on the dev half alone; mended: what that half gives beside them after"
        " mending; "
        "mending-titles and mended-titles: titles no claim of which was read before, the latter drawn after the last"
        " change and read once. One reader, a language model, who wrote the patterns",
    ]
    return Outcome(TITLE, LICENCE, tuple(shown), tuple(notes))


def _texts(folder: Path) -> dict[str, str]:
    """Give abstracts, and titles, by file and line."""
    found = {}
    for path in sorted(path for pattern in FILES for path in folder.glob(pattern)):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            found[f"{path.stem}:{number}"] = [*line.split("\t"), ""][1]
    return found


def _made(texts: Mapping[str, str]) -> dict[str, list[Claim]]:
    _, said = shipped.extract([Text(name, text, ()) for name, text in texts.items()], "zh")
    return {
        name: [Claim(each.subject, each.predicate, each.object) for each in some]
        for name, some in zip(texts, said, strict=True)
    }


def half(document: str) -> str:
    """Tell which half of the abstracts a document belongs to: patterns were made on *dev*.

    Examples
    --------
    >>> half("kg.dev:0"), half("kg.dev:1")
    ('dev', 'test')
    """
    return "test" if int(md5(document.encode()).hexdigest(), 16) % 2 else "dev"


def _plenty(made: Mapping[str, list[Claim]]) -> Iterator[str]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for name, some in made.items():
        for part in (f"{half(name)} half", "all abstracts") if name.startswith("kg.") else ("titles",):
            counted[part].update(texts=1, claims=len(some))
    for part, count in sorted(counted.items()):
        rate = 100 * count["claims"] / count["texts"]
        yield f"{part}: {count['claims']} claims in {count['texts']} texts, {rate:.1f} in 100"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def _claim(row: Mapping[str, str]) -> Claim:
    subject = int(row["subject_start"]), int(row["subject_stop"])
    return Claim(subject, row["predicate"], (int(row["object_start"]), int(row["object_stop"])))


def _recall(made: Mapping[str, list[Claim]], folder: Path) -> Iterator[Line]:
    own = folder / WANTED
    wanted: dict[str, dict[str, list[Claim]]] = defaultdict(dict)
    for row in _rows(own if own.exists() else Path(__file__).with_name(WANTED)):
        if row["document"] in made:
            some = wanted[row["part"]].setdefault(row["document"], [])
            some += [_claim(row)] if row["predicate"] else []
    for part, documents in sorted(wanted.items()):
        for name, exact in (("shipped", True), ("shipped, any predicate", False)):
            gold, found = [], []
            for document, some in sorted(documents.items()):
                matched = _matched(some, made[document], exact)
                gold.append([(n,) for n in range(len(some))])
                found.append([(n,) for n in matched.values()])
            yield Line(f"wanted, {part}", name, score(counts(gold, found)))


def _matched(wanted: Iterable[Claim], made: Iterable[Claim], exact: bool) -> dict[int, int]:
    """Give for each made claim the wanted one it says, or a number of its own below zero."""
    found = {}
    for place, said in enumerate(made):
        hits = [n for n, claim in enumerate(wanted) if _same(claim, said, exact)]
        found[place] = hits[0] if hits else -1 - place
    return found


def _same(one: Claim, other: Claim, exact: bool) -> bool:
    meets = _overlap(one.subject, other.subject) and _overlap(one.object, other.object)
    turned = _overlap(one.subject, other.object) and _overlap(one.object, other.subject)
    return meets and one.predicate == other.predicate if exact else meets or turned


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _precision(made: Mapping[str, list[Claim]]) -> Iterator[Line]:
    read: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for row in _rows(READ):
        if row["layer"] != "zh" or row["document"] not in made:
            continue
        verdict = row["document"], row["right"] == "1"
        read[f"read {row['round']}", "as read"].append(verdict)
        if _claim(row) in made[row["document"]]:
            read[f"read {row['round']}", "shipped still says"].append(verdict)
            if row["document"].startswith("kg.") and half(row["document"]) == "test":
                read["read, test half", "shipped still says"].append(verdict)
    for (part, system), verdicts in sorted(read.items()):
        names = sorted({name for name, _ in verdicts})
        gold = [[(n,) for n, (d, right) in enumerate(verdicts) if d == name and right] for name in names]
        found = [[(n,) for n, (d, _) in enumerate(verdicts) if d == name] for name in names]
        rows = counts(gold, found)
        rows[:, 2] = rows[:, 1]
        yield Line(part, system, score(rows))
