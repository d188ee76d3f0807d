"""Judge bridges blind: thirty found ones among thirty matched controls, shuffled.

    python benchmarks/first_run/judge.py sheet --graph first.kg      writes sheet.md and key.json
    python benchmarks/first_run/judge.py score                       reads labels.tsv, prints the shares

A control has the same two domains, stands in documents of both, and is used about as often in the whole
graph, but was not found to be a bridge. The judge gets sheet.md alone, which does not say which is which,
and writes labels.tsv: number, sound (1) or not (0), a word on why. It promises the same sheet for the same
graph and seed. It refuses to score a sheet that is not labelled to the end.
"""

import argparse
import json
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
QUESTION = """# Which of these are sound bridges?

Each item names a term and two domains of different layers (discipline, patent class, industry), with a
sentence from each. Call it **sound** (1) if an analyst could act on it: the term names a specific technology,
material, method, device, phenomenon or application; it means the same thing on both sides; and it belongs to
the subject of both domains, so that people of one have reason to read the other. Call it **not sound** (0) if
the term is generic (“system”, “high performance”, “number of”), a fragment, means something else on each side,
or is beside the point of either domain. Judge the term in its sentences, not how well the sentences are written.

Write labels.tsv: number, tab, 1 or 0, tab, one word for why not (generic, homonym, fragment, beside).
"""


def controls(graph: Any, bridges: Sequence[Any], rng: random.Random) -> list[Any]:
    """Choose one control for each bridge: same domains, nearest frequency, present on both sides."""
    from silobridge.queries.bridges.sides import term
    from silobridge.queries.matrices import matrices

    held = matrices(graph.ledger)
    taken = {bridge.source.form for bridge in graph.bridges(top=300)}
    chosen = []
    for bridge in bridges:
        counts = []
        for domain in (bridge.source_domain.id, bridge.target_domain.id):
            column = held.domain.find(domain)
            rows = held.stands_by[:, column].indices
            counts.append(np.asarray(held.used[rows].sum(0)).ravel())
        both = np.flatnonzero((counts[0] >= 1) & (counts[1] >= 1))
        own = held.frequency[held.form.find(bridge.source.form)]
        distance = np.abs(np.log(held.frequency[both] / own))
        near = [int(c) for c in both[np.argsort(distance, kind="stable")] if held.form[int(c)] not in taken][
            :5
        ]
        if not near:
            print(f"no control for {bridge.source.label}", file=sys.stderr)
            continue
        pick = rng.choice(near)
        taken.add(held.form[pick])
        name = term(held, pick)
        chosen.append(replace(bridge, source=name, target=name, variants=()))
    return chosen


def sheet(arguments: argparse.Namespace) -> None:
    """Write the shuffled sheet for the judge, and the key apart."""
    import silobridge
    from silobridge.queries.evidence import bridge_quotes
    from silobridge.queries.matrices import matrices

    rng = random.Random(arguments.seed)
    with silobridge.open(arguments.graph) as graph:
        found = list(graph.bridges(top=arguments.top))
        items = [(b, "bridge") for b in found] + [(b, "control") for b in controls(graph, found, rng)]
        rng.shuffle(items)
        told = bridge_quotes(graph.ledger, matrices(graph.ledger), [b for b, _ in items])
    lines, key = [QUESTION], {}
    for number, (bridge, what) in enumerate(items, 1):
        key[number] = {
            "what": what,
            "form": bridge.source.form,
            "domains": [bridge.source_domain.id, bridge.target_domain.id],
        }
        lines += [f"## {number}. {bridge.source.label}", ""]
        lines += [f"{bridge.source_domain.label} ↔ {bridge.target_domain.label}", ""]
        lines += [f"- {shows}: “{' '.join(quote.text.split())[:420]}”" for shows, quote in told[bridge.id]]
        lines.append("")
    (arguments.out / "sheet.md").write_text("\n".join(lines), "utf-8")
    (arguments.out / "key.json").write_text(json.dumps(key, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(items)} items; give the judge sheet.md only")


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share.

    >>> [round(x, 3) for x in wilson(18, 30)]
    [0.423, 0.754]
    """
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def score(arguments: argparse.Namespace) -> None:
    """Compare the labels with the key and print the shares judged sound."""
    key = json.loads((arguments.out / "key.json").read_text("utf-8"))
    labels = {}
    for line in (arguments.out / "labels.tsv").read_text("utf-8").splitlines():
        number, label, *why = line.split("\t")
        labels[number] = (int(label), why[0] if why else "")
    missing = sorted(set(key) - set(labels), key=int)
    if missing:
        sys.exit(f"not labelled: {', '.join(missing)}")
    result = {}
    for what in ("bridge", "control"):
        mine = [labels[n] for n, item in key.items() if item["what"] == what]
        hits = sum(label for label, _ in mine)
        low, high = wilson(hits, len(mine))
        noise: dict[str, int] = {}
        for label, why in mine:
            if not label:
                noise[why] = noise.get(why, 0) + 1
        result[what] = {"sound": hits, "of": len(mine), "share": round(hits / len(mine), 3),
                        "interval": [round(low, 3), round(high, 3)], "noise": dict(sorted(noise.items()))}  # fmt: skip
        print(
            f"{what:8} {hits} of {len(mine)} sound, {hits / len(mine):.2f} [{low:.2f}, {high:.2f}]  noise: {noise}"
        )
    (arguments.out / "judged.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def main() -> None:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("sheet", "score"))
    parser.add_argument("--graph", type=Path, default=Path("first.kg"))
    parser.add_argument("--top", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    (sheet if arguments.command == "sheet" else score)(arguments)


if __name__ == "__main__":
    main()
