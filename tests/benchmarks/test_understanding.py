import json
import zipfile

import numpy as np
import pytest
from real import real_data
from typer.testing import CliRunner

from benchmarks.understanding import (
    crf,
    csl,
    entities,
    features,
    folds,
    metrics,
    relations,
    run,
    scierc,
    sofc,
    table,
    taggers,
    termhood,
    tfh,
)  # fmt: skip
from benchmarks.understanding.gold import Entity, Relation, Text
from benchmarks.understanding.words import Sentence
from silobridge.kg.errors import ReadError, UnknownName


def sentence(words: str, tags: str) -> Sentence:
    said = words.split()
    starts = [sum(len(word) + 1 for word in said[:place]) for place in range(len(said))]
    stops = [start + len(word) for start, word in zip(starts, said, strict=True)]
    size = len(said)
    lemmas = [word.lower() for word in said]
    return Sentence(said, lemmas, tags.split(), ["dep"] * size, [0] * size, ["O"] * size, starts, stops)


def test_brat_notes_become_spans_and_relations_and_what_is_dropped_is_counted(tmp_path):
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.writestr("1.txt", "A film of zinc oxide on glass.")
        archive.writestr(
            "1.ann",
            "T1\tComponent 2 6\tfilm\nT2\tMaterial 10 20\tzinc oxide\nT3\tMaterial 10 14;24 29\tzinc glass\n"
            "R1\tMadeOf Arg1:T1 Arg2:T2\nR2\tMadeOf Arg1:T1 Arg2:T3\n#1\tAnnotatorNotes T1\tsure\n",
        )
    gold = tfh.load(tmp_path)
    (text,) = gold.texts
    assert text.entities == (Entity(2, 6, "Component"), Entity(10, 20, "Material"))
    assert [(r.head, r.tail, r.label) for r in text.relations] == [(0, 1, "MadeOf")]
    assert gold.dropped == {"discontinuous or outside the text": 1, "relation of a dropped span": 1}


def test_scierc_keeps_its_split_and_its_tokens(tmp_path):
    rows = "-DOCSTART- NN O O\n\nneural NN O I-Method\nnets NN O I-Method\nwork NN O O\n\nso NN O O\nBLEU NN O I-Metric\n"
    (tmp_path / "ner_train.conll.txt").write_text(rows)
    (tmp_path / "ner_test.conll.txt").write_text(rows)
    gold = scierc.load(tmp_path)
    assert len(gold.texts) == len(gold.training) == 1
    text = gold.texts[0]
    assert [(text.text[e.start : e.stop], e.label) for e in text.entities] == [
        ("neural nets", "Method"),
        ("BLEU", "Metric"),
    ]
    assert scierc.kinds(gold)["neural nets work"] == {(0, 1): "Method"}


def test_near_duplicates_share_a_fold_whatever_their_order():
    base = [
        "a",
        "magnetic",
        "head",
        "with",
        "a",
        "first",
        "pole",
        "and",
        "a",
        "second",
        "pole",
        "and",
        "a",
        "coil",
        "between",
        "them",
    ]
    texts = [Text(f"copy{n}", " ".join([*base, str(n)]), ()) for n in range(4)]
    texts += [Text(f"own{n}", " ".join(f"word{n}{k}" for k in range(12)), ()) for n in range(8)]
    dealt = folds.folds(texts, 3)
    where = {texts[n].id: number for number, fold in enumerate(dealt) for n in fold}
    assert len({where[f"copy{n}"] for n in range(4)}) == 1
    assert sorted(n for fold in dealt for n in fold) == list(range(12))
    turned = list(reversed(texts))
    again = {turned[n].id: number for number, fold in enumerate(folds.folds(turned, 3)) for n in fold}
    assert again == where
    assert [text.id for text in folds.unlike(texts, [texts[0]])] == [f"own{n}" for n in range(8)]


def test_the_interval_holds_the_value_and_a_system_gains_nothing_over_itself():
    rng = np.random.default_rng(1)
    rows = np.stack([rng.integers(0, 5, 40), rng.integers(5, 9, 40), rng.integers(5, 9, 40)], axis=1)
    found = metrics.score(rows)
    assert found.low < found.f1 < found.high
    assert found.f1 == pytest.approx(2 * rows[:, 0].sum() / (rows[:, 1].sum() + rows[:, 2].sum()))
    assert metrics.gain(rows, rows) == (0.0, 0.0, 0.0)
    assert metrics.score(np.zeros((3, 3), dtype=np.int64)).f1 == 0.0


def test_labels_and_spans_are_each_others_inverse():
    row = sentence("the zinc oxide film grows", "DT NN NN NN VBZ")
    entities = [Entity(4, 14, "Material"), Entity(15, 19, "Component")]
    assert crf.labels(row, entities) == ["O", "Material", "Material", "Component", "O"]
    assert crf.spans(row, crf.labels(row, entities)) == entities


def test_a_document_never_sees_its_own_labels():
    row = sentence("zinc oxide grows", "NN NN VBZ")
    entities = [Entity(0, 10, "Material")]
    tables = features.learned([[row]], [entities])
    own = features.labelled([row], entities)
    alone = features.rich([row], tables, own)
    blank = features.rich([row], features.Tables(), ())
    assert (
        [f for f in alone[0][0] if f.startswith("f=")]
        == [f for f in blank[0][0] if f.startswith("f=")]
        == ["f=O"]
    )
    assert "f=BMaterial" in features.rich([row], tables)[0][0]


def test_training_a_tagger_twice_gives_the_same_bytes(tmp_path):
    rows = [features.baseline(sentence("zinc oxide grows", "NN NN VBZ"))] * 3
    tags = [["M", "M", "O"]] * 3
    for name in ("a", "b"):
        crf.train(rows, tags, tmp_path / name, {"max_iterations": 10})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    (tags, known, chances), *_ = crf.tag((tmp_path / "a").read_bytes(), rows[:1])
    assert tags == ["M", "M", "O"]
    assert chances[0][known.index("M")] > 0.5


def test_a_pair_is_cut_around_its_entities():
    entities = (Entity(4, 8, "C"), Entity(15, 20, "C"))
    text = Text("1", "The film has a layer of zinc.", entities, (Relation(1, 0, "PartOf"),))
    (pair,) = relations.pairs(text)
    assert (pair.first, pair.between, pair.second, pair.turned) == (("film",), ("has", "a"), ("layer",), True)


def test_a_key_is_found_under_its_stem_and_gains_are_paired():
    keys = [["neural networks"], ["fuel cell"]]
    ranked = {"good": [["neural network", "x"], ["fuel cells"]], "bad": [["x", "y"], ["z"]]}
    lines = termhood.lines(keys, ranked, "bad", cuts=(1,))
    assert [(line.system, line.score.f1) for line in lines] == [("good", 1.0), ("bad", 0.0)]
    assert lines[0].gain == (1.0, 1.0, 1.0)


def test_an_unknown_set_names_the_known_and_a_missing_folder_says_what_to_set(tmp_path):
    with pytest.raises(UnknownName, match="no gold set"):
        run.evaluate("nope")
    with pytest.raises(ReadError, match="not here") as caught:
        run.evaluate("tfh", tmp_path / "nowhere")
    assert "--data" in caught.value.hint


def test_a_page_holds_every_line():
    rows = np.array([[1, 2, 2]])
    outcome = table.Outcome(
        "A set", "MIT", tuple(table.compared("spans", [("a", rows), ("b", rows)], "a")), ("note",)
    )
    shown = run.page([outcome])
    assert shown.count("| spans |") == 2
    assert "+0.0 [+0.0, +0.0] over a" in shown
    assert json.dumps(table.records(outcome))


def test_the_command_lists_its_sets():
    import typer

    from silobridge.cli import evaluate

    app = typer.Typer()
    evaluate.register(app)
    app.command()(test_the_command_lists_its_sets)
    found = CliRunner().invoke(app, ["evaluate"])
    assert found.exit_code == 0
    assert [line.split()[0] for line in found.stdout.splitlines()] == list(run.SETS)


def _slice(folder, first, last):
    """Write brat files about films and layers, each document its own numbers."""
    folder.mkdir()
    for n in range(first, last):
        layer = ("zinc oxide", "silicon nitride", "tantalum")[n % 3]
        text = f"Device {n} has a pole {n}a and {layer} film {n}b near a coil {n}c behind gap {n}d."
        pole, film = text.index("pole"), text.index(layer)
        notes = f"T1\tComponent {pole} {pole + 4}\tpole\nT2\tMaterial {film} {film + len(layer)}\t{layer}\n"
        (folder / f"{n}.txt").write_text(text)
        (folder / f"{n}.ann").write_text(notes + "R1\tPartOf Arg1:T2 Arg2:T1\n")


def test_a_slice_kept_aside_is_tested_by_what_the_other_trained(tmp_path):
    _slice(tmp_path / "known", 0, 12)
    _slice(tmp_path / "aside", 20, 24)
    options = table.Options(tmp_path / "aside", tmp_path / "known", tmp_path / "keep", apart=True)
    outcome = entities.run(tfh, options)
    scores = {(line.part, line.system): line.score for line in outcome.lines}
    assert scores["labels", taggers.BASELINE].f1 == scores["labels", taggers.TWICE].f1 == 1.0
    assert scores["spans", "shipped, longest"].gold == 8
    assert "12 → 4" in outcome.notes[0]
    again = entities.run(tfh, options)
    assert table.records(again) == table.records(outcome)


@pytest.mark.real
@pytest.mark.parametrize(
    ("module", "entities"),
    [(tfh, 20_540), (scierc, 808), (sofc, 3_397)],
    ids=lambda each: getattr(each, "FOLDER", ""),
)
def test_real_sets_hold_what_they_held(module, entities):
    gold = module.load(real_data("gold", module.FOLDER))
    assert sum(len(text.entities) for text in gold.texts) == entities
    assert all(0 <= e.start < e.stop <= len(text.text) for text in gold.texts for e in text.entities)


@pytest.mark.real
def test_real_chinese_keywords_stand_in_their_abstracts():
    texts, keys = csl.load(real_data("papers", "chinese_csl"))
    held = sum(key in text.text for text, some in zip(texts, keys, strict=True) for key in some)
    assert held / sum(map(len, keys)) > 0.5


def test_a_whole_data_folder_serves_every_set_and_what_it_lacks_is_named(tmp_path):
    aside = tmp_path / "papers" / "chinese_csl"
    aside.mkdir(parents=True)
    (tmp_path / "gold").mkdir()
    (aside / "kg.other.tsv").write_text(
        "题目\t卷积神经网络用于图像识别。\t卷积神经网络_图像识别\t工学\t计算机\n", "utf-8"
    )
    outcome = run.evaluate("csl-keywords", tmp_path)
    assert {line.score.gold for line in outcome.lines} == {2}
    with pytest.raises(ReadError, match="the gold set is not here"):
        run.evaluate("inspec", tmp_path)
