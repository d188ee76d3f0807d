"""Labelled texts for training and measuring the field classifiers, as (text, label) pairs.

It promises fixed orders, so that a seed gives the same split everywhere. It refuses text whose licence
does not allow what is asked: `lens_titles` is for evaluation only and `fields.py` never imports it.
"""

import csv
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from silobridge.kg.model import Classification
from silobridge.kg.taxonomy import taxonomy

Pair = tuple[str, str]
csv.field_size_limit(10_000_000)

MAG_FIELDS = {
    "business": "oa-field:14",
    "economics": "oa-field:20",
    "medicine": "oa-field:27",
    "psychology": "oa-field:32",
}
"""The labels of the MAG titles that are one OpenAlex field; geography, politics and sociology are not."""


def arxiv(data: Path) -> list[Pair]:
    """Give arXiv abstracts with the OpenAlex field of their first category."""
    fields: dict[str, str] = {}
    pairs = []
    for path in sorted((data / "papers/arxiv_metadata").glob("*.jsonl*")):
        with _opened(path) as lines:
            for line in lines:
                record = json.loads(line)
                first = record["categories"].split()[0]
                if first not in fields:
                    fields[first] = arxiv_field(first)
                if fields[first]:
                    pairs.append((f"{record['title']}\n\n{record['abstract']}", fields[first]))
    return pairs


def arxiv_field(category: str) -> str:
    """Give the one OpenAlex field that the crosswalk names for a category, or nothing."""
    placed = taxonomy().place(f"arxiv-cat:{category}")
    rows = taxonomy().crosswalks.mappings_of(placed) if placed else []
    found = sorted((-row.weight, row.target) for row in rows if row.target.startswith("oa-field:"))
    return found[0][1] if found and (len(found) == 1 or found[0][0] < found[1][0]) else ""


def topics(data: Path) -> list[Pair]:
    """Give OpenAlex's topics, name and description, with their field."""
    with open(data / "taxonomies/openalex/openalex_topics_2024_09.csv", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["topic_id"])
    return [
        (f"{row['topic_name']}\n\n{row['topic_description']}", f"oa-field:{row['field_id']}") for row in rows
    ]


def mag(data: Path) -> list[Pair]:
    """Give paper titles with one of seven labels."""
    pairs = []
    for path in sorted((data / "gold/discipline_mag").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["label"] != "category":
                pairs.append((record["text"], record["label"]))
    return pairs


def csl(data: Path, kind: str, train: bool = False) -> list[Pair]:
    """Give the texts and labels of the CSL files of one kind, those for training or all others."""
    pairs = []
    for path in sorted((data / "papers/chinese_csl").glob(f"*{kind}*.tsv")):
        if ("train" in path.name) == train:
            rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
            pairs += [(row[1], row[2]) for row in rows if len(row) == 3]
    return pairs


SIC_TITLES = "GDSRegisterDataSet.txt"


def sic_phrases(data: Path) -> list[Pair]:
    """Give the activity phrases of the UK index with their five-digit class."""
    pairs = []
    for path in sorted((data / "gold/sic_index").glob("*.txt")):
        pairs += _tabbed(path) if path.name != SIC_TITLES else []
    return pairs


def sic_titles(data: Path) -> list[Pair]:
    """Give the titles of the UK's five-digit classes."""
    return _tabbed(data / "gold/sic_index" / SIC_TITLES)


def _tabbed(path: Path) -> list[Pair]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8-sig").splitlines()]
    return [(row[1], row[0].strip()) for row in rows if len(row) >= 2 and row[0].strip().isdigit()]


def division(code: str) -> str:
    """Give the NACE division of a UK class: 01110 is nace:A01."""
    placed = taxonomy().place(f"nace:{code[:2]}")
    return placed or ""


def naics(data: Path) -> list[Pair]:
    """Give the NAICS descriptions (public domain) with the one NACE division most of the code goes to."""
    table = json.loads((data / "taxonomies/industry/NAICS2017_descriptions.json").read_text(encoding="utf-8"))
    pairs = []
    for code, entry in sorted(table.items()):
        label = leading(f"naics:{code}", "nace:", 3)
        if label:
            title = re.sub(r"T\s*$", "", entry["Title"] or "")
            pairs.append((f"{title}\n\n{entry.get('Description') or ''}", label))
    return pairs


def leading(code: str, prefix: str, length: int, least: float = 0.6) -> str:
    """Give the ancestor-or-self at a code length that a crosswalk sends most of a code to, or nothing."""
    known = taxonomy()
    placed = known.place(code)
    if placed is None:
        return ""
    shares: dict[str, float] = {}
    for row in known.crosswalks.mappings_of(placed):
        for target in (row.target, *known.ancestors(row.target)):
            local = target.removeprefix(prefix)
            if target.startswith(prefix) and len(local) == length:
                shares[target] = shares.get(target, 0.0) + row.weight
    best = max(sorted(shares), key=lambda t: shares[t], default="")
    return best if best and shares[best] >= least else ""


def reached(code: str) -> set[str]:
    """Give every NACE division that the crosswalk sends a tenth or more of a code to."""
    known = taxonomy()
    found = known.memberships([Classification(code)])
    return {
        m.domain for m in found if m.domain.startswith("nace:") and len(m.domain) == 8 and m.weight >= 0.1
    }


def industry_titles() -> list[Pair]:
    """Give the titles of NACE, ISIC, NAICS and SIC, with their NACE division."""
    pairs = []
    for domain in taxonomy():
        if domain.scheme == "nace" and domain.level in {"division", "group", "class"}:
            pairs.append((domain.label, domain.id[:8]))
        elif domain.scheme in {"isic", "naics", "sic"} and (label := leading(domain.id, "nace:", 3)):
            pairs.append((domain.label, label))
    return pairs


def cpc_titles(level: str, groups: bool) -> list[Pair]:
    """Give the titles of CPC main groups, or of what stands above them, with their domain at a level.

    Y, which only tags what stands elsewhere, is left out.
    """
    size = {"section": 1, "class": 3, "subclass": 4}[level]
    pairs = []
    for domain in taxonomy():
        code = domain.code
        if domain.scheme == "cpc" and code[0] != "Y" and len(code) >= size and (len(code) > 4) == groups:
            pairs.append((domain.label, f"cpc:{code[:size]}"))
    return pairs


def heads(data: Path) -> list[Pair]:
    """Give patents' abstracts about thin-film magnetic heads, which all stand in G11B 5."""
    pairs = []
    for path in sorted((data / "patents/us_abstracts").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pairs.append((json.loads(line)["abstract"], "cpc:G11B"))
    return pairs


def lens_titles(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Give drone patents' titles with all their CPC symbols, first first: evaluation only."""
    for path in sorted((data / "patents/lens").glob("*.csv*")):
        with _opened(path) as file:
            for row in csv.DictReader(file):
                codes = [code for code in row["cpc_classifications"].split(";;") if len(code) >= 4]
                if codes and row["title"]:
                    yield row["title"], codes


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return open(path, encoding="utf-8", newline="")


def tenk(data: Path) -> list[Pair]:
    """Give the business sections of annual reports with the SIC code the registrant chose."""
    paths = sorted((data / "industry/sec_10k").glob("*.jsonl"))
    records = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [(record["item_1"], record["sic"]) for record in records]


if __name__ == "__main__":
    root = Path(sys.argv[1])
    for name in (arxiv, topics, mag, sic_phrases, sic_titles, naics, tenk):
        sys.stdout.write(f"{name.__name__}\t{len(name(root))}\n")
