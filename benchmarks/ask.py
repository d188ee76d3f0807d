"""Measure how `kg ask` reads the gold questions, beside a baseline that knows only the questions' titles.

    python benchmarks/ask.py DEMO_GRAPH

It promises exact-query accuracy (the query and every parameter right), and precision and recall of abstention,
for each half and language. The halves were fixed by a hash of the question before the first rule was written
(tests/gold/questions.tsv); rules were tuned on the half `dev` alone. Both halves have one author, so
they say nothing about how other people ask.
"""

import csv
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from silobridge.facade import Graph
from silobridge.facade import open as open_graph
from silobridge.kg.errors import SilobridgeError
from silobridge.queries.ask.understand import understand
from silobridge.queries.run import library

GOLD = Path(__file__).resolve().parents[1] / "tests" / "gold" / "questions.tsv"
CONCEPTS = ("concept", "start", "end", "id")
Answer = tuple[str, dict[str, str]]


def gold() -> list[dict[str, str]]:
    """Read the gold questions."""
    with GOLD.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def expected(row: Mapping[str, str]) -> Answer:
    """Give the query and parameters a question should get; the empty query for abstaining."""
    params = dict(pair.split("=", 1) for pair in row["params"].split("; ") if pair)
    return ("" if row["query"] == "abstain" else row["query"]), params


def same(graph: Graph, one: Answer, other: Answer) -> bool:
    """Tell whether two answers are one query with one set of parameters, whatever name a concept has."""
    return one[0] == other[0] and _canonical(graph, one[1]) == _canonical(graph, other[1])


def _canonical(graph: Graph, params: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: _concept(graph, str(value)) if name in CONCEPTS else str(value)
        for name, value in params.items()
    }


def _concept(graph: Graph, text: str) -> str:
    try:
        return graph.concept(text).id
    except SilobridgeError:
        return text


def baseline(question: str) -> Answer:
    """Choose the named question whose title shares most words (Chinese: characters) with the question."""
    asked = set(re.findall(r"[a-z]+|[\u3400-\u9fff]", question.lower()))

    def overlap(name: str) -> float:
        words = set(re.findall(r"[a-z]+", f"{library()[name].title} {name}".lower()))
        return len(asked & words) / len(asked | words)

    best = max(sorted(library()), key=overlap)
    return (best if overlap(best) > 0 else ""), {}


def report(
    name: str, rows: list[dict[str, str]], answers: Mapping[str, Answer], graph: Graph, whole: bool
) -> None:
    """Print one line for each half and language."""
    for half in ("dev", "held-out"):
        for language in ("en", "zh"):
            some = [row for row in rows if row["half"] == half and row["language"] == language]
            answerable = [row for row in some if expected(row)[0]]
            got = [row for row in some if not answers[row["question"]][0]]
            right = [row for row in got if not expected(row)[0]]
            query = sum(answers[row["question"]][0] == expected(row)[0] for row in answerable)
            exact = (
                sum(same(graph, answers[row["question"]], expected(row)) for row in answerable)
                if whole
                else 0
            )
            shown = f"{exact / len(answerable):.2f}" if whole else "  – "
            print(
                f"{name:9} {half:9} {language}  questions {len(some):3}"
                f"  query {query:3}/{len(answerable):3} = {query / len(answerable):.2f}  with parameters {shown}"
                f"  abstains: precision {len(right)}/{len(got)}, recall {len(right)}/{len(some) - len(answerable)}"
            )


def main(folder: str) -> None:
    """Read every gold question with both, and report."""
    graph, rows = open_graph(folder), gold()
    answers: dict[str, Answer] = {}
    began = time.perf_counter()
    with graph.ledger.reading() as connection:
        for row in rows:
            found = understand(connection, row["question"])
            answers[row["question"]] = found.query, {key: str(value) for key, value in found.params.items()}
    seconds = time.perf_counter() - began
    report("kg ask", rows, answers, graph, True)
    read: Callable[[str], Answer] = baseline
    report("baseline", rows, {row["question"]: read(row["question"]) for row in rows}, graph, False)
    print(f"{len(rows)} questions, {1000 * seconds / len(rows):.0f} ms each")


if __name__ == "__main__":
    main(sys.argv[1])
