import pytest

from silobridge.ingest.extractors import english
from silobridge.ingest.extractors.formula import is_formula
from silobridge.ingest.extractors.judge_en import specific
from silobridge.ingest.extractors.lexicon import table
from silobridge.ingest.extractors.record import Item
from silobridge.ingest.extractors.types import NONE, TYPES, type_of
from silobridge.kg.model import Span


def test_every_listed_type_is_one_of_ours():
    listed = table("types_en")
    assert set(listed.values()) == {*TYPES, NONE}
    assert all(key == key.lower().strip() and len(key.split()) < 3 for key in listed)


def test_two_words_win_over_the_last_one_and_none_over_an_ending():
    assert type_of("hidden state machine") == "method"
    assert type_of("machine") == "device"
    assert type_of("stem cell") == ""
    assert (type_of("cell"), type_of("fuel cell")) == ("device", "device")
    assert type_of("business") == "" != type_of("surface brightness")


@pytest.mark.parametrize("form", ["word error rate", "user model", "machine translation system"])
def test_words_that_say_nothing_alone_name_something_together(form):
    assert specific(form)
    assert not any(specific(word) for word in form.split()[:1])


@pytest.mark.parametrize("form", ["main result", "different case", "high level", "data set", "example case"])
def test_what_is_trimmed_or_only_says_how_much_names_nothing(form):
    assert not specific(form)


@pytest.mark.parametrize(
    "surface", ["ZnO", "YBa2Cu3O7", "La0.6Sr0.4CoO3-δ", "Fe$_3$O$_4$", "Bi2Sr2CaCu2O8+x", "GDC/ZrO2", "InSb"]
)
def test_formulas_are_materials(surface):
    assert is_formula(surface)


@pytest.mark.parametrize(
    "surface", ["Si", "UAVs", "ICs", "CIFAR10", "ISO9001", "IPv6", "C4.5", "Polish", "V2I", ""]
)
def test_what_only_looks_like_a_formula_is_not(surface):
    assert not is_formula(surface)


def test_a_mention_of_a_formula_is_a_material_and_of_its_long_form_what_that_says():
    text = "Films of LaMnO3 grow on glass. A deep neural network (DNN) sorts them; the DNN is fast."
    ((found),) = english.extract_all([Item(text, (Span("abstract", "", 0, len(text)),), "paper")])
    kinds = {mention.surface: mention.type for mention in found.mentions}
    assert kinds["LaMnO3"] == "material"
    assert kinds["DNN"] == "method"
