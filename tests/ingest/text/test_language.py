"""Languages told apart without a model."""

import pytest

from silobridge.ingest.text.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Graphene", "en"),
        ("A rotor comprising a blade", "en"),
        ("基于LSTM和GRU的SOC预测 with MSE of 0.1 in MATLAB", "zh"),
        ("リチウムイオン電池の劣化について", "ja"),
        ("리튬 이온 배터리", "ko"),
        ("Une nouvelle méthode pour les batteries et le réseau", "und"),
        ("Методы оптимизации", "und"),
        ("", "und"),
        ("12 34 !!", "und"),
    ],
)
def test_scripts_and_small_words(text, language):
    assert detect(text) == language
