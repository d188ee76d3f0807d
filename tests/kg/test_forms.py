"""Normal forms: one form for one term, and normalising twice changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silobridge.kg.forms import normal_form, singular
from silobridge.kg.spelling import AMERICAN, INVARIANT, IRREGULAR

SAME = [
    (
        "lithium ion battery",
        "Lithium-Ion Batteries",
        "lithium–ion battery",
        "“lithium ion battery”",
        "(Lithium‑ion batteries)",
    ),
    ("alpha synuclein", "α-synuclein", "$\\alpha$-synuclein", "\\alpha-Synucleins"),
    ("fe2o3", "Fe$_2$O$_3$", "Fe₂O₃", "Fe_2O_3"),
    ("alzheimer disease", "Alzheimer's disease", "Alzheimer’s Diseases"),
    ("schrodinger equation", "Schrödinger equation", 'Schr\\"odinger equations'),
    ("neural network", "\\emph{neural networks}", "Neural  Network", "ＮＥＵＲＡＬ network"),
    ("tumor", "tumours", "Tumour"),
    ("h2o", "H2O", "H₂O", "H$_2$O", "H$_{2}$O"),
    ("lifepo4", "LiFePO4", "LiFePO₄", "LiFePO$_4$"),
    ("tio2", "TiO2", "TiO₂", "TiO$_2$", "TiO_2"),
    ("tio2 nanoparticle", "TiO2 nanoparticles", "TiO₂-nanoparticle"),
    ("beta lactamase", "β-lactamase", "$\\beta$-lactamases", "Beta-Lactamase"),
    ("tgf beta", "TGF-β", "TGF–beta"),
]


@pytest.mark.parametrize("group", SAME, ids=[group[0] for group in SAME])
def test_spellings_of_one_term_share_a_form(group):
    assert {normal_form(text) for text in group} == {group[0]}


@pytest.mark.parametrize(
    "word",
    [
        "lens",
        "physics",
        "process",
        "gas",
        "glass",
        "apparatus",
        "analysis",
        "virus",
        "series",
        "species",
        "mems",
        "cmos",
        "bus",
        "dns",
    ],
)
def test_words_that_only_look_plural_stay(word):
    assert normal_form(word) == word


@pytest.mark.parametrize(
    ("plural", "one"),
    [("analyses", "analysis"), ("batteries", "battery"), ("hypotheses", "hypothesis"), ("gases", "gas"),
     ("processes", "process"), ("matrices", "matrix"), ("classes", "class"), ("viruses", "virus"),
     ("GPUs", "gpu"), ("databases", "database"), ("phases", "phase"), ("torques", "torque"),
     ("switches", "switch"), ("axes", "axis"), ("biases", "bias"), ("spectra", "spectrum")],
)  # fmt: skip
def test_the_last_word_becomes_singular(plural, one):
    assert normal_form(f"good {plural}") == f"good {one}"


@pytest.mark.parametrize(
    ("text", "form"),
    [("卷积 神经网络", "卷积神经网络"), ("ＣＮＮ模型", "cnn模型"), ("Convolutional Networks", "convolutional network"),
     ("“锂离子电池”", "锂离子电池"), ("COVID-19 疫苗", "covid-19 疫苗"), ("鋰離子電池", "锂离子电池"),
     ("機器學習", "机器学习"), ("TiO₂薄膜", "tio2薄膜"), ("α-突觸核蛋白", "α-突触核蛋白")],
)  # fmt: skip
def test_chinese_terms_lose_their_inner_spaces(text, form):
    assert normal_form(text, "zh") == form


def test_nothing_but_punctuation_has_no_form():
    assert {normal_form(text) for text in ("", " ", "—", "()", "''", "$$", "\\")} == {""}


@given(st.text(), st.sampled_from(["en", "zh"]))
def test_normalising_twice_changes_nothing(text, language):
    form = normal_form(text, language)
    assert normal_form(form, language) == form


@given(
    st.lists(
        st.sampled_from([*IRREGULAR, *AMERICAN, *INVARIANT, "α", "$\\beta$", "-", "x's", "ΑΒ", "ß", "ſ"]),
        max_size=4,
    )
)
def test_normalising_twice_changes_nothing_for_the_tables_words(words):
    form = normal_form(" ".join(words))
    assert normal_form(form) == form


def test_the_tables_agree_with_the_rules():
    assert all(singular(one) == one for one in IRREGULAR.values())
    assert not set(AMERICAN) & set(AMERICAN.values())
