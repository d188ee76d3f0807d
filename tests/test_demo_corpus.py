"""The demonstration corpus holds what its README and `truth.json` say, and no more.

It promises that the planted terms, links and gaps are truly in the files, read here without the readers, and
that the readers take every file without a reject.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from silobridge.demo import documents, truth
from silobridge.ingest import readers
from silobridge.ingest.source import Source
from silobridge.kg.model import Document, Kind, Reject

TRUTH = json.loads(truth().read_text("utf-8"))
KINDS = {"papers": "paper", "patents": "patent", "industry": "industry"}
NOTE = "written for the silobridge demonstration"
READERS = {"openalex": "openalex", "form_10k": "sec_10k", ".nxml": "jats", ".md": "plain", ".xml": "uspto"}


class Raw(NamedTuple):
    id: str
    kind: str
    language: str
    text: str
    codes: frozenset[str]
    cites: frozenset[str]


def files() -> list[Path]:
    return sorted(p for p in documents().rglob("*") if p.is_file())


def _openalex(record: dict) -> Raw:
    places = sorted((i, word) for word, at in record["abstract_inverted_index"].items() for i in at)
    text = record["title"] + "\n" + " ".join(word for _, word in places)
    codes = {"oa-subfield:" + t["subfield"]["id"].rsplit("/", 1)[1] for t in record["topics"]}
    doi = "doi:" + record["doi"].removeprefix("https://doi.org/")
    cites = frozenset(r.rsplit("/", 1)[1] for r in record["referenced_works"])
    return Raw(doi, "paper", record["language"], text, frozenset(codes), cites)


def _filing(record: dict) -> Raw:
    language = "zh" if re.search("[一-鿿]", record["item_1"]) else "en"
    codes = frozenset({"sic:" + record["sic"]})
    return Raw(record["filing"], "industry", language, record["item_1"], codes, frozenset())


def _xml(path: Path, kind: str) -> Raw:
    root = ElementTree.fromstring(path.read_text("utf-8"))  # our own file, no entities
    text = " ".join(t for part in _prose(root) for t in part.itertext())
    codes = {
        "cpc:" + "".join(c.findtext(tag) or "" for tag in ("section", "class", "subclass"))
        for c in root.iter("classification-cpc")
    }
    cites = {
        f"doi:{m}" for e in root.iter("othercit") for m in re.findall(r"10\.5555/[\w.]*\w", e.text or "")
    }
    cites |= {f"doi:{e.text}" for ref in root.iter("ref") for e in ref.iter("pub-id")}
    own = next((f"doi:{e.text}" for e in root.iter("article-id")), path.stem)
    return Raw(own, kind, "en", text, frozenset(codes), frozenset(cites))


def _prose(root: ElementTree.Element) -> list[ElementTree.Element]:
    tags = ("article-title", "invention-title", "abstract", "body", "description", "claims")
    refs = {id(e) for ref in root.iter("ref") for e in ref.iter()}
    return [e for tag in tags for e in root.iter(tag) if id(e) not in refs]


def _markdown(path: Path, kind: str) -> Raw:
    _, front, text = path.read_text("utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.strip().splitlines())
    return Raw(path.stem, kind, fields["language"], text, frozenset(), frozenset())


def raw() -> list[Raw]:
    found: list[Raw] = []
    for path in files():
        kind = KINDS[path.parent.name]
        if path.suffix == ".jsonl":
            records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            found += [_openalex(r) if kind == "paper" else _filing(r) for r in records]
        else:
            found.append(_markdown(path, kind) if path.suffix == ".md" else _xml(path, kind))
    return found


RAW = raw()


def holding(term: str) -> list[Raw]:
    stem = re.escape(term.removesuffix("y"))
    other = TRUTH["terms"][term]
    pattern = re.compile(stem + (f"|{other}(?!理)" if other else ""), re.IGNORECASE)
    return [d for d in RAW if pattern.search(d.text)]


def test_counts_are_as_stated():
    assert Counter(d.kind for d in RAW) == TRUTH["counts"]["kind"]
    assert Counter(d.language for d in RAW) == TRUTH["counts"]["language"]
    stated = (truth().parent / "README.md").read_text("utf-8")
    for kind, count in TRUTH["counts"]["kind"].items():
        assert re.search(rf"\| {kind} \|.*\| \*\*{count}\*\* \|", stated), kind


def test_it_is_small_and_says_what_it_is():
    assert sum(p.stat().st_size for p in truth().parent.rglob("*") if p.is_file()) < 500_000
    for path in files():
        text = path.read_text("utf-8").lower()
        marks = len(text.splitlines()) if path.suffix == ".jsonl" else 1
        assert text.count(NOTE) == marks, path.name


def test_identifiers_come_from_test_ranges():
    text = "\n".join(p.read_text("utf-8") for p in files())
    assert set(re.findall(r"\b10\.\d{4,9}/", text)) == {"10.5555/"}
    assert all(n.startswith("99") for n in re.findall(r"openalex\.org/[WAI](\d+)", text))
    assert all(n.startswith("9999") for n in re.findall(r'"cik": "(\d+)"', text))
    numbers = re.findall(r"<doc-number>(\d+)</doc-number>", text)
    assert numbers and all(n.startswith(("990", "999", "20999")) for n in numbers)
    assert not re.findall(r"orcid\.org/|ror\.org/|[\w.]+@\w+\.\w+", text)


def test_identifiers_are_unique():
    assert not [i for i, n in Counter(d.id for d in RAW).items() if n > 1]


@pytest.mark.parametrize("planted", TRUTH["existing"], ids=lambda p: p["term"])
def test_existing_bridges_stand_on_every_side(planted: dict):
    using = holding(planted["term"])
    for kind, least in (("paper", 3), ("patent", 2), ("industry", 3)):
        assert sum(d.kind == kind for d in using) >= least, kind
    reached = {code for d in using for code in d.codes}
    for side in ("science", "patent", "industry"):
        assert set(planted[side]) <= reached, side


@pytest.mark.parametrize("planted", TRUTH["missing"], ids=lambda p: p["story"])
def test_missing_links_are_missing_and_bridged(planted: dict):
    known, needed = holding(planted["known"]), holding(planted["needed"])
    assert len(known) >= 5 and len(needed) >= 5
    assert not {d.id for d in known} & {d.id for d in needed}
    assert set(planted["known_domains"]) <= {c for d in known for c in d.codes}
    assert set(planted["needed_domains"]) <= {c for d in needed for c in d.codes}
    for term in planted["through"]:
        between = {d.id for d in holding(term)}
        assert between & {d.id for d in known} and between & {d.id for d in needed}, term


@pytest.mark.parametrize("planted", TRUTH["missing"], ids=lambda p: p["story"])
def test_missing_links_are_not_bridged_by_citation(planted: dict):
    known, needed = holding(planted["known"]), holding(planted["needed"])
    works = _works()
    for one, other in ((known, needed), (needed, known)):
        named = {d.id for d in other}
        assert not {works.get(c, c) for d in one for c in d.cites} & named


def _works() -> dict[str, str]:
    lines = [
        line for p in files() if p.name.startswith("openalex") for line in p.read_text("utf-8").splitlines()
    ]
    records = [json.loads(line) for line in lines]
    return {r["id"].rsplit("/", 1)[1]: _openalex(r).id for r in records}


def test_homonyms_near_duplicates_and_failures_are_there():
    by_id = {d.id: d for d in RAW}
    for sense in TRUTH["homonyms"][0]["senses"]:
        assert any(re.search(rf"{sense}s? (?:\(CNN\)|rule)", d.text) for d in RAW)
    for one, other in TRUTH["near_duplicates"]:
        assert by_id[one].text == by_id[other].text
    assert all(f["document"] in by_id for f in TRUTH["failures"])


@pytest.mark.parametrize("path", files(), ids=lambda p: p.name)
def test_readers_take_every_file(path: Path):
    expected = next(
        name for mark, name in READERS.items() if path.name.startswith(mark) or path.suffix == mark
    )
    assert readers.choose(Source(path)) == expected
    entries = list(readers.load(expected).read(Source(path)))
    assert entries and not [e for e in entries if isinstance(e, Reject)]
    kind = Kind(KINDS[path.parent.name])
    assert all(isinstance(e, Document) and e.kind is kind and e.title and e.sections for e in entries)
    assert all(e.classifications for e in entries) or expected in ("jats", "plain")
