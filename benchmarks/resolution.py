"""How joining names scales: time, memory, candidate pairs and recall of blocking, by number of surface forms.

    python benchmarks/resolution.py --sizes 10000 100000 1000000

Surface forms are made from real concept names (`--names`, one a line, plain or gzip) by variation: plural,
hyphen, case, British spelling, a space more or less, and typing errors, each known to belong to its name.
Every size runs in a process of its own, so that its peak memory is its own. The forms go through what
`kg ingest` runs: `kg.forms.normal_form`, the counts, and `ingest.resolve`. `--records` measures the record
linker the same way, on made-up bibliographic records that each stand in two sources.

It promises the same forms for the same names, sizes and seed. It refuses to call a typing error joined:
the pipeline never joins on likeness, so their recall is what normal forms and letters alone give.
"""

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data")
NAMES = ("futureofai_concepts_64k.txt.gz", "full_domain_concepts.txt")
BRITISH = (("ization", "isation"), ("izing", "ising"), ("behavior", "behaviour"), ("color", "colour"),
           ("fiber", "fibre"), ("center", "centre"), ("modeling", "modelling"), ("tumor", "tumour"))  # fmt: skip
KINDS = ("plural", "hyphen", "case", "british", "space", "typo")


def names(files: Sequence[Path]) -> list[str]:
    """Read names of two words or more, in order, each once."""
    found: dict[str, None] = {}
    for path in files:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
        found.update((line.strip(), None) for line in text.splitlines() if " " in line.strip())
    return sorted(found)


def varied(name: str, kind: str, rng: random.Random) -> str:
    """Write a name another way; the same name where it cannot be written that way."""
    if kind == "plural":
        return name if name.endswith("s") else name[:-1] + "ies" if name[-2:-1] not in "aeiou" and name[-1] == "y" else (
            name + ("es" if name.endswith(("x", "ch", "sh", "z")) else "s")
        )  # fmt: skip
    if kind == "hyphen":
        return name.replace(" ", "-", 1)
    if kind == "case":
        return name.title()
    if kind == "british":
        return next((name.replace(a, b) for a, b in BRITISH if a in name), name)
    if kind == "space":
        place = name.index(" ")
        return name[:place] + name[place + 1 :]
    place = rng.randrange(1, len(name) - 1)
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return rng.choice((name[:place] + name[place + 1 :], name[:place] + letter + name[place:],
                       name[:place] + letter + name[place + 1 :]))  # fmt: skip


def surfaces(base: Sequence[str], size: int, seed: int) -> Iterator[tuple[int, str, str]]:
    """Yield name number, kind and surface until there are `size`: each name first, then its variations."""
    rng = random.Random(seed)
    order = list(range(len(base)))
    rng.shuffle(order)
    share = max(1, min(len(base), size // (len(KINDS) + 1)))
    chosen = order[:share]
    yield from ((number, "name", base[number]) for number in chosen)
    made, turn = share, 0
    while made < size:
        kind = KINDS[turn % len(KINDS)]
        for number in chosen[: size - made]:
            yield number, kind, varied(base[number], kind, rng)
        made += min(share, size - made)
        turn += 1


def measure_forms(base: Sequence[str], size: int, seed: int) -> dict[str, object]:
    """Run forms through normal form, counts and conclusions, and measure."""
    import duckdb
    import pyarrow as pa

    from silobridge.ingest.resolve import conclude
    from silobridge.kg.forms import normal_form
    from silobridge.kg.ledger import schema

    given = list(surfaces(base, size, seed))
    clock = time.process_time()
    forms = [normal_form(surface) for _, _, surface in given]
    normal = time.process_time() - clock
    with duckdb.connect(config={"threads": 1}) as connection:
        schema.create(connection)
        _mentions(connection, pa, given, forms)
        clock = time.process_time()
        conclude(connection)
        concluded = time.process_time() - clock
        home = dict(connection.execute("SELECT form, target FROM alias").fetchall())
    blocks: dict[str, set[str]] = defaultdict(set)
    for form in forms:
        blocks[form.replace(" ", "")].add(form)
    pairs = sum(len(block) * (len(block) - 1) // 2 for block in blocks.values())
    kept = {number: form for (number, kind, _), form in zip(given, forms, strict=True) if kind == "name"}
    seen: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    for (number, kind, surface), form in zip(given, forms, strict=True):
        if kind == "name" or surface == base[number]:
            continue
        seen[kind] += 1
        blocked[kind] += form.replace(" ", "") == kept[number].replace(" ", "")
        joined[kind] += home.get(form, form) == home.get(kept[number], kept[number])
    return {
        "forms": size, "distinct": len(set(forms)), "normal_form_s": round(normal, 2),
        "conclude_s": round(concluded, 2), "microseconds_a_form": round(1e6 * (normal + concluded) / size, 1),
        "pairs_a_form": round(pairs / size, 3), "largest_block": max(map(len, blocks.values())),
        "recall_of_blocking": {kind: round(blocked[kind] / seen[kind], 4) for kind in KINDS if seen[kind]},
        "joined": {kind: round(joined[kind] / seen[kind], 4) for kind in KINDS if seen[kind]},
    }  # fmt: skip


def _mentions(
    connection: object, pa: object, given: Sequence[tuple[int, str, str]], forms: Sequence[str]
) -> None:
    count = len(given)
    table = pa.table({  # type: ignore[attr-defined]
        "doc": [number // 20 for number in range(count)], "form": list(forms),
        "surface": [surface for _, _, surface in given],
    })  # fmt: skip
    connection.register("made", table)  # type: ignore[attr-defined]
    connection.execute(  # type: ignore[attr-defined]
        "INSERT INTO mention (doc, form, surface, type) SELECT doc, form, surface, '' FROM made"
    )


def measure_records(base: Sequence[str], size: int, seed: int) -> dict[str, object]:
    """Block and judge made-up records, half of them the other half's as another source writes them."""
    from silobridge.kg.linking.blocks import candidates
    from silobridge.kg.linking.records import Record, judge

    rng = random.Random(seed)
    families = [
        f"{a}{b}"
        for a in ["ba", "ke", "lo", "mi", "nu", "ra", "su", "ta", "vo", "wi"]
        for b in ["man", "sen", "rov", "ley", "dorf", "tani"]
    ]
    made: dict[str, Record] = {}
    for number in range(size // 2):
        words = f"{rng.choice(base)} for {rng.choice(base)} in {rng.choice(base)}"
        people = tuple(
            f"{rng.choice('ABCDEFGH')}. {rng.choice(families)}{number % 97}" for _ in range(rng.randint(1, 5))
        )
        year = rng.randint(1995, 2025)
        made[f"a:{number}"] = Record(f"a:{number}", words, year=year, people=people)
        title = varied(words, rng.choice(("case", "typo", "hyphen", "plural")), rng)
        made[f"b:{number}"] = Record(f"b:{number}", title, year=year, people=people[::-1])
    clock = time.process_time()
    pairs = candidates(made.values())
    blocked = time.process_time() - clock
    clock = time.process_time()
    found = {pair for pair in pairs if judge(made[pair[0]], made[pair[1]]).verdict == "one"}
    judged = time.process_time() - clock
    true = {(f"a:{number}", f"b:{number}") for number in range(size // 2)}
    return {
        "records": size, "block_s": round(blocked, 2), "judge_s": round(judged, 2),
        "microseconds_a_record": round(1e6 * (blocked + judged) / size, 1),
        "pairs_a_record": round(len(pairs) / size, 3),
        "recall_of_blocking": round(len(pairs & true) / len(true), 4),
        "precision": round(len(found & true) / max(1, len(found)), 4), "recall": round(len(found & true) / len(true), 4),
    }  # fmt: skip


def main() -> None:
    """Measure every size in a process of its own, and print a line of JSON for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--records", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument(
        "--names", type=Path, nargs="+", default=[REAL / "gold/concepts_impact4cast" / n for n in NAMES]
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one", choices=("forms", "records"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure = {"forms": measure_forms, "records": measure_records}[options.one]
        said = measure(names(options.names), options.sizes[0], options.seed)
        said["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(said))
        return
    for what, sizes in (("forms", options.sizes), ("records", options.records)):
        for size in sizes:
            given = ["--one", what, "--sizes", str(size), "--seed", str(options.seed)]
            command = [sys.executable, __file__, *given, "--names", *map(str, options.names)]
            print(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="", flush=True
            )


if __name__ == "__main__":
    main()
