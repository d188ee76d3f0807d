import csv
import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path

import pytest
from real import real_data

from benchmarks.understanding import learned, shipped, types_en
from benchmarks.understanding.gold import Entity, Text
from benchmarks.understanding.table import Options
from silobridge.ingest.extractors.judge_en import specific
from silobridge.ingest.extractors.learned_en import MODEL, PATENT, field_of, taught, type_in
from silobridge.ingest.extractors.types import NONE, TYPES

ROOT = Path(__file__).resolve().parents[2]


def text(number: int, part: str = "yoke layer") -> Text:
    said = f"A magnetoresistive {part} lies on a permalloy yoke in document {number}."
    start = said.index(part)
    yoke = said.rindex("yoke")
    entities = (Entity(start, start + len(part), "Component"), Entity(yoke, yoke + 4, "Component"))
    return Text(str(number), said, entities)


def words(said: str) -> list[str]:
    return said.split()


@pytest.fixture(scope="module")
def term_types():
    sys.path.insert(0, str(ROOT / "tools" / "train"))
    yield import_module("term_types")
    sys.path.remove(str(ROOT / "tools" / "train"))


def test_learning_again_in_any_order_gives_the_same():
    texts = [text(number) for number in range(12)]
    once, again = learned.learn("tfh", texts), learned.learn("tfh", texts[::-1])
    assert once == again
    assert once["tfh"].types["layer"] == "device" and "yoke layer" not in once["tfh"].types
    assert "magnetoresistive" in once["tfh"].telling and "on" not in once["tfh"].telling
    assert once["tfh"].patents and once[PATENT].types == {"layer": "device"}


def test_what_stands_in_few_documents_or_is_of_two_minds_is_not_learned():
    assert not learned.learn("tfh", [text(n) for n in range(2)])["tfh"].types
    doubtful = [
        Text(
            t.id,
            t.text,
            tuple(e if int(t.id) % 2 else Entity(e.start, e.stop, "Function") for e in t.entities),
        )
        for t in map(text, range(9))
    ]
    assert "layer" not in learned.learn("tfh", doubtful)["tfh"].types


def test_a_field_is_known_by_its_words_and_its_types_stay_there():
    fuel = words("the ysz electrolyte of a solid oxide fuel cell with a porous nickel anode")
    head = words("a magnetoresistive sensor layer with a ferromagnetic yoke and a pole of the recording head")
    assert field_of(fuel, False) == field_of(fuel, True) == "sofc"
    assert (field_of(head, True), field_of(head, False)) == ("tfh", "")
    assert (type_in("ysz", "sofc"), type_in("ysz", PATENT), type_in("pinned layer", "")) == (
        "material",
        "",
        "",
    )
    assert type_in("operating system", PATENT) == "product" and type_in("data structure", PATENT) == ""


def test_common_words_are_mentions_where_a_field_makes_things_of_them():
    assert specific("engine", field=PATENT) and not specific("engine")
    assert specific("free layer", field="tfh") and not specific("free layer")
    assert not specific("method", field=PATENT) and not specific("layer", field="tfh")


def test_the_kit_forgets_what_the_tested_texts_taught():
    before = type_in("pinned layer", "tfh")
    with shipped.taught_by("tfh", [text(number) for number in range(12)]):
        assert type_in("pinned layer", "tfh") == "device" and type_in("recording pole", "tfh") == ""
    with shipped.taught_by("scierc", []):
        assert type_in("recording pole", "tfh") == type_in("pinned layer", "tfh") == before == "device"
    assert shipped.notes("tfh", apart=False) and not shipped.notes("tfh", apart=True)


def test_the_shipped_table_is_the_manifests_and_knows_our_types_alone():
    manifest = json.loads((MODEL.parent / "manifest.json").read_text("utf-8"))
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() == manifest["sha256"]
    assert {source["licence"] for source in manifest["data"].values()} == {"MIT", "CC BY 4.0"}
    for known in taught().values():
        assert set(known.types.values()) <= {*TYPES, ""} and NONE not in known.types.values()


@pytest.mark.real
def test_training_again_on_the_gold_gives_the_shipped_bytes(term_types):
    said, manifest = term_types.trained(real_data("gold"))
    assert said.encode() == MODEL.read_bytes()
    assert manifest == json.loads((MODEL.parent / "manifest.json").read_text("utf-8"))


def test_read_labels_name_our_types_and_count_only_where_their_documents_are(tmp_path):
    with types_en.LABELS.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert {kind for row in rows for kind in row["types"].split("/")} <= {*TYPES, NONE}
    assert {row["before"] for row in rows} <= {*TYPES, NONE, "absent"}
    outcome = types_en.run(Options(tmp_path, tmp_path))
    assert not outcome.lines and outcome.notes[0].startswith(f"0 of {len(rows)} mentions")
    fits = [
        ({"document": "a", "types": "device/product"}, "device"),
        ({"document": "a", "types": "none"}, "device"),
    ]
    (line,) = types_en._line("round 1", "shipped", [*fits, ({"document": "b", "types": "task"}, "")])
    assert (line.score.precision, line.score.gold) == (0.5, 2)
