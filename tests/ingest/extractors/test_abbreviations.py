"""Short forms: the kinds of cases Schwartz and Hearst publish, and those that are none."""

import time

import pytest

from silobridge.ingest.extractors.abbreviations import pairs

CASES = [
    ("The heat shock protein (HSP) folds.", {("HSP", "heat shock protein")}),
    ("HSP (heat shock protein) folds.", {("HSP", "heat shock protein")}),
    ("Transcription factor 2 (TF2) binds.", {("TF2", "Transcription factor 2")}),
    ("Ethylenediaminetetraacetic acid (EDTA) binds.", {("EDTA", "Ethylenediaminetetraacetic acid")}),
    ("A beam of X-rays, X-ray diffraction (XRD), was used.", {("XRD", "X-ray diffraction")}),
    (
        'The ad hoc On-demand Distance Vector ("AODV") protocol.',
        {("AODV", "ad hoc On-demand Distance Vector")},
    ),
    ("Light-emitting diodes (LEDs) glow.", {("LEDs", "Light-emitting diodes")}),
    ("the support vector machine (hereinafter SVM) separates", {("SVM", "support vector machine")}),
    ("Figure one (see text) shows it.", set()),
    ("The sample (A) was cut.", set()),
    ("The year (2010) was cold.", set()),
    ("We thank the reviewers (NSF).", set()),
    ("CNN (CNN) is itself.", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:24] for text, _ in CASES])
def test_pairs(text, expected):
    found = {
        (text[p.short_start : p.short_stop], text[p.long_start : p.long_stop])
        for p in pairs(text, 0, len(text))
    }
    assert found == expected


@pytest.mark.parametrize("unit", ["(", "(A)", "a (AB) ", ")", "A(a a)"])
def test_hostile_text_takes_bounded_time(unit):
    started = time.process_time()
    list(pairs(unit * (2000 // len(unit)), 0, 2000))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("models of excitation energy transfer (EET) in plants", "excitation energy transfer"),
        ("with density of states (DOS) at hand", "density of states"),
        ("many convolutional neural networks (CNNs) learn", "convolutional neural networks"),
        ("a metal-organic framework (MOF) is made", "metal-organic framework"),
        ("by energy transfer to traps (ETT)", "energy transfer to traps"),
    ],
)
def test_initials_of_words_come_before_letters_within_them(text, long):
    assert [text[p.long_start : p.long_stop] for p in pairs(text, 0, len(text))] == [long]
