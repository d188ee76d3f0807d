"""Front matter in two languages: what a PDF's lines and a text's paragraphs say, and what only looks like it."""

import pytest

from silobridge.ingest.readers._pdf_parts import sort
from silobridge.ingest.readers._prose import Block, labelled

CHINESE = [
    "摘要：本文研究热管的传热性能，提出一种新的计算方法，并用实验验证了该方法，误差在百分之五以内。",
    "关键词：热管；传热",
]
ENGLISH = [
    "Abstract: We study the heat transfer of heat pipes, and propose a method.",
    "Keywords: heat pipe; heat transfer",
]
BODY = ["1 引言", "热管广泛用于冷却电子设备。"]


@pytest.mark.parametrize("front", [[*CHINESE, "LI Ming", *ENGLISH], [*ENGLISH, "李明", *CHINESE]])
def test_a_pdf_keeps_abstract_and_keywords_of_both_languages(front: list[str]) -> None:
    parts = sort(["热管的传热性能", *front, *BODY], "热管的传热性能").sections
    said = [(part.role, part.text) for part in parts]
    assert [role for role, _ in said] == ["abstract", "keywords", "abstract", "keywords", "body"]
    assert {"热管；传热", "heat pipe; heat transfer"} <= {text for _, text in said}
    assert not any("LI Ming" in text or "李明" in text for _, text in said)


def test_a_second_abstract_of_the_same_language_and_one_after_the_body_began_stay_text() -> None:
    rows = [
        "A title",
        *ENGLISH,
        "1 Introduction",
        "Abstract: nonsense is what abstract thinking may lead to, they say.",
    ]
    roles = [part.role for part in sort(rows, "A title").sections]
    assert roles == ["abstract", "keywords", "body"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("关键词 热管，传热", "keywords"),
        ("关 键 词：热管", "keywords"),
        ("Key words: heat pipe", "keywords"),
        ("Keywords heat pipe, heat transfer", "keywords"),
        ("Keywords are short, and authors choose them.", "body"),
        ("Abstract thinking is what mathematics, among others, demands of a reader.", "body"),
        ("Abstract We study the heat transfer of heat pipes, and propose a method.", "abstract"),
        ("摘要很短", "body"),
    ],
)
def test_a_label_is_told_from_a_sentence(text: str, role: str) -> None:
    (found,) = labelled([Block(text)])
    assert found.role == role
