"""Whatever stands in a text, understanding it neither fails nor takes long, and every place is a slice of it."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silobridge.ingest.understand import understand
from silobridge.kg.model import Document, Kind, Section

FRAGMENTS = [
    "Graphene improves 导电性能 of lithium-ion batteries, 但是成本较高. ",
    "采用 deep learning 方法提高 image segmentation 的精度。",
    "$\\alpha_{i}^{2} = \\sum_{j} x_j / \\sqrt{n}$ ",
    "\\begin{equation} E = mc^2 \\end{equation} ",
    "12.3 45 6e-7 8,900 -1.0 300 Wh/kg 5 nm 99.9% 1.2 3.4 5.6 7.8 | 9 | 10 ",
    "Tlie c0ating irnproves corros1on res-\nistance, ofthe stee1 p1ate. ",
    "القياسات تحسن الأداء מדידה \u202eabc\u202c\u200f ",
    "The 🚀 sensor 🧪 detects ammonia 👩🏽‍🔬. ",
    "for (int i = 0; i < n; i++) { a[i] = b->c(); } // TODO: fail due to OOM\n",
    "run_id: r1; status: failed; error: CUDA out of memory; params.lr: 1e-3\n",
    "A\u0301\u0301\u0301\u0301 \ufeff\x00\x07\ud800 ",
    "The electrode fails to suppress dendrite growth due to poor adhesion and it will not be used for cells.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "10-20-30-40/50 m/s/s/s/s/s (((((((([[[[[{{{{{ '''' ",
    "受受受受受限制提高提高提高降低由由由组成的的的的的, ",
]
LANGUAGES = ("en", "zh", "zxx", "de", "")


def check(text: str, language: str) -> None:
    role = "log" if language == "zxx" else "abstract"
    batch = understand([Document("x:1", Kind.PATENT, "", (Section(role, text),), language=language)])
    stored = batch["document"]["text"][0].as_py()
    sentences = batch["sentence"].to_pylist()
    assert all(0 <= s["start"] < s["stop"] <= len(stored) for s in sentences)
    for mention in batch["mention"].to_pylist():
        assert stored[mention["start"] : mention["stop"]] == mention["surface"] != ""
    for row in batch["evidence"].to_pylist():
        for part in ("subject", "object"):
            assert row["start"] <= row[f"{part}_start"] < row[f"{part}_stop"] <= row["stop"]
        assert 0 <= row["reason_start"] <= row["reason_stop"] <= len(stored)
    for row in batch["quantity"].to_pylist():
        at = sentences[row["sentence"]]
        assert at["start"] <= row["start"] < row["stop"] <= at["stop"]
        assert any(
            character.isdigit() or character in "na" for character in stored[row["start"] : row["stop"]]
        )
        assert row["low"] <= row["high"] and row["si_low"] <= row["si_high"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=8), st.sampled_from(LANGUAGES))
def test_mixtures_of_what_texts_hold(parts: list[str], language: str) -> None:
    check("".join(parts), language)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text(text: str, language: str) -> None:
    check(text or "x", language)


@pytest.mark.parametrize("language", ["zh", "zxx"])
@pytest.mark.parametrize("piece", [FRAGMENTS[0], FRAGMENTS[4], "能量密度超过提高由的, ", "1 ", "x(", "，"])
def test_a_sentence_of_a_hundred_thousand_characters(piece: str, language: str) -> None:
    text = (piece.replace(".", ",").replace("。", "，") * (20_000 // len(piece) + 1))[:20_000]
    seconds = []
    for whole in (text, text * 5):
        begun = time.process_time()
        check(whole, language)
        seconds.append(time.process_time() - begun)
    # Five times the text takes about five times as long: nothing grows with its square.
    assert seconds[1] < 12 * seconds[0] + 1.5


def test_an_english_sentence_of_a_hundred_thousand_characters() -> None:
    piece = "graphene improves the conductivity of lithium ion batteries by 5 nm, "
    begun = time.process_time()
    check((piece * (100_000 // len(piece) + 1))[:100_000], "en")
    assert time.process_time() - begun < 60
