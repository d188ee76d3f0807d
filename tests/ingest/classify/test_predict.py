"""Predicted domains: calibrated, explained, or absent; only where a document has no code of its own."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from silobridge.ingest.classify import linear
from silobridge.ingest.classify.predict import METHOD, memberships, model_for, predict
from silobridge.kg.errors import ReadError
from silobridge.kg.model import Classification
from silobridge.kg.taxonomy import taxonomy

FOLDER = files("silobridge") / "ingest" / "models" / "fields"
CLEAR = [
    ("paper", "en", "Deep neural networks for image recognition\n\nConvolutional networks for images.", "oa-field:17"),
    ("paper", "en", "Randomised trial of insulin therapy in patients with type 2 diabetes", "oa-field:27"),
    ("paper", "zh", "冠心病患者介入治疗后的临床疗效观察\n\n目的:探讨患者的治疗效果。", "ford:3"),
    ("industry", "en", "Manufacture of cheese, butter and milk powder", "nace:C10"),
    ("patent", "en", "Horseshoe with nails\n\nA horseshoe made of an elastic material is nailed to a hoof.", "cpc:A01L"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "language", "text", "domain"), CLEAR)
def test_a_clear_text_stands_where_a_reader_would_put_it(kind, language, text, domain):
    [found] = predict(kind, language, text)
    model = linear.load(model_for(kind, language))
    # Where the model is less sure than its threshold it names what contains the field.
    narrow = found.domain == domain
    assert narrow or found.domain == taxonomy().ancestors(domain)[-1]
    assert (model.threshold if narrow else model.broad_threshold) <= found.weight <= 1
    assert model.ranked(text, 1)[0][0] == domain
    assert found.method == METHOD
    assert found.reason.startswith(f"{model.name} {model.version} (p {found.weight:.2f}): ")


def test_a_reason_names_words_of_the_text():
    [found] = predict("paper", "en", "Randomised trial of insulin therapy in patients with diabetes")
    named = found.reason.partition(": ")[2].split(", ")
    assert named
    assert all(
        word.rstrip("~").split()[0] in "randomised trial of insulin therapy in patients with diabetes"
        for word in named
    )


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        ("paper", "de", "Untersuchungen über die Hydraulik offener Gerinne bei stationärem Abfluss"),
        ("paper", "en", "Preface"),
        ("paper", "en", ""),
        ("paper", "en", "qwx zzkv brrt plomf drung snork wibble frotz"),
        ("need", "en", "We need a coating that survives salt water for ten years"),
        (
            "patent",
            "en",
            "Method and system\n\nA method and a system comprising a first part and a second part.",
        ),
        ("patent", "zh", "一种用于硬盘的磁头及其制造方法和装置，包括写入线圈"),
    ],
)
def test_what_it_cannot_know_it_does_not_say(kind, language, text):
    assert predict(kind, language, text) == []


def test_what_follows_from_a_prediction_is_predicted_too():
    found = memberships([Classification("cpc:G11", 0.8, METHOD, "patent-en 2 (p 0.80): magnetic head")])
    assert {"cpc:G11", "cpc:G"} <= {m.domain for m in found}
    assert all(m.how == METHOD and m.weight <= 0.8 for m in found)
    assert all(m.reason.startswith("patent-en 2") for m in found)
    assert memberships([]) == []


@pytest.mark.parametrize("name", linear.names())
def test_a_model_is_what_its_manifest_says(name):
    entry = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["models"][name]
    model = linear.load(name)
    assert len(model.labels) == entry["labels"]
    assert len(model.vocabulary) == entry["features"] == len(model.weights)
    assert all(label in taxonomy() for label in model.labels)
    assert all(corpus["licence"] != "B" for corpus in entry["trained_on"])
    assert 0.5 <= model.threshold <= 1


def test_a_predicted_patent_class_leads_to_field_and_industry_with_the_words_that_decided():
    found = predict("patent", "en", CLEAR[-1][2])
    stands = {m.domain: m for m in memberships(found)}
    assert {"cpc:A01L", "cpc:A01", "wipo:29", "nace:C"} <= set(stands)
    for domain in ("wipo:29", "nace:C"):
        assert stands[domain].how == METHOD
        assert stands[domain].weight <= found[0].weight
        assert "horseshoe" in stands[domain].reason and "cpc:A01L" in stands[domain].reason


def test_a_predicted_industry_is_reached_from_every_scheme_each_step_with_its_reason():
    text = "We design and sell integrated circuits, semiconductors and electronic components for computers."
    [found] = predict("industry", "en", text)
    assert found.domain == "nace:C26"
    known = taxonomy()
    rows = [r for r in known.crosswalks.mappings if r.target.startswith(found.domain)]
    assert {"cpc", "gbt", "isic", "naics", "sic"} <= {row.source.partition(":")[0] for row in rows}
    assert "gbt:39" in {row.source for row in rows}
    assert all(row.reason and 0 < row.weight <= 1 for row in known.crosswalks.mappings)
    # What leads to a domain does not follow from it: a prediction stands in NACE alone.
    assert {m.domain.partition(":")[0] for m in memberships([found])} == {"nace"}
    assert (
        predict("industry", "zh", "公司主要从事集成电路芯片的设计、研发、制造与销售,产品用于消费电子。") == []
    )


def test_all_models_together_are_small():
    assert sum(len((FOLDER / f"{name}.npz").read_bytes()) for name in linear.names()) < 8_000_000


def test_trust_says_how_sure_and_never_which():
    plain = replace(linear.load("science-en"), trust=())
    texts = [text for _, language, text, _ in CLEAR if language == "en"]
    for bias in (-9.0, 0.0, 9.0):
        bent = replace(plain, trust=(bias, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
        for text in texts:
            before, after = plain.probabilities(text), bent.probabilities(text)
            assert after.argmax() == before.argmax()
            assert after.sum() == pytest.approx(1)
            wanted = linear.expit(bias)
            assert after.max() == pytest.approx(wanted) or after.max() > wanted, "held above the second"


def test_what_is_not_known_lowers_trust():
    model = replace(linear.load("science-en"), trust=(2.0, 0.0, 0.0, 0.0, 0.0, -4.0, 0.0))
    known = "Deep neural networks for image recognition"
    strange = known + " " + " ".join(f"qwx{chr(97 + at)}zz" for at in range(20))
    assert model.probabilities(strange).max() < model.probabilities(known).max()


@pytest.mark.parametrize("name", linear.names())
def test_probabilities_sum_to_one_and_do_not_depend_on_company(name):
    model = linear.load(name)
    texts = [text for _, _, text, _ in CLEAR]
    first = [model.probabilities(text) for text in texts]
    again = [model.probabilities(text) for text in reversed(texts)][::-1]
    for one, two in zip(first, again, strict=True):
        assert one.sum() == pytest.approx(1)
        assert np.array_equal(one, two)


def test_a_damaged_artefact_is_refused(tmp_path, monkeypatch):
    for name in ("manifest.json", "patent-en.npz"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    with open(tmp_path / "patent-en.npz", "ab") as file:
        file.write(b"x")
    monkeypatch.setattr(linear, "_FOLDER", tmp_path)
    with pytest.raises(ReadError, match="hash"):
        linear.load.__wrapped__("patent-en")
