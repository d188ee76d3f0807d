"""Names and word classes known from elsewhere: concept lists, and clusters of words by their company.

It promises the same tables for the same files. It refuses to fail where the concept lists are absent:
a tagger is then trained without them.
"""

import gzip
import os
from functools import cache
from pathlib import Path

from silobridge.kg.forms import normal_form

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("futureofai_concepts_64k.txt.gz", "full_domain_concepts.txt")


def real() -> Path:
    """Give the folder of real documents: `KG_REAL_DATA`, by default beside the checkout."""
    return Path(os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data")


@cache
def names() -> frozenset[str]:
    """Give the concept names of the two lists of impact4cast (MIT) in normal form."""
    found: set[str] = set()
    for name in LISTS:
        path = real() / "gold" / "concepts_impact4cast" / name
        if path.exists():
            content = path.read_bytes()
            text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
            found.update(normal_form(line) for line in text.splitlines() if line.strip())
    return frozenset(found)


@cache
def clusters() -> dict[str, tuple[int, ...]]:
    """Give each word's clusters, coarse to fine, from the table that `tools/train/clusters.py` wrote."""
    path = Path(__file__).with_name("clusters_en.tsv.gz")
    rows = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    cells = (row.split("\t") for row in rows)
    return {word: tuple(int(code) for code in codes) for word, *codes in cells}
