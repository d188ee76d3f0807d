"""Text to features: the same on every machine, bounded, whatever stands in the text."""

from hypothesis import given
from hypothesis import strategies as st

from silobridge.ingest.classify.features import LONGEST, RECIPES, counts, grams, words


def test_words_have_families_and_neighbours():
    found = list(words("Immunological responses of the lungs"))
    assert {"immunological", "immuno~", "response", "lung"} <= set(found)
    assert "immunological response" in found
    assert "response lung" not in found, "what stands between two words parts them"


def test_grams_cut_chinese_and_keep_latin():
    assert list(grams("量子bit计算")) == ["量", "子", "量子", "bit", "计", "算", "计算"]


def test_a_title_weighs_apart_from_what_follows():
    title, rest = counts("Yeast\n\nYeast in bread. Yeast in beer", "words")
    assert title["yeast"] == 1
    assert rest["yeast"] == 2


@given(st.text(max_size=300), st.sampled_from(sorted(RECIPES)))
def test_any_text_gives_strings_without_newlines(text, recipe):
    for part in counts(text, recipe):
        assert all(feature and "\n" not in feature for feature in part)


def test_a_long_text_is_read_to_a_bound():
    long = "alpha " * (LONGEST // 6) + "omega " * 1000
    assert "omega" not in set(words(long))
