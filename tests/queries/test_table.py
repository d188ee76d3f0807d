"""A table says the same in every form."""

import csv
import io
import json
import sys

import pytest

from silobridge.kg.errors import MissingExtra
from silobridge.queries.table import Table, display_width

TABLE = Table(
    ("concept", "documents", "share", "note"),
    [("固态电解质", 12, 0.5, "a|b"), ("ionic filter " * 9, 3, None, "<b>\x1b[31m")],
    "Concepts", 7, "there are more",
)  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 200])
def test_text_is_no_wider_than_asked(width: int) -> None:
    lines = TABLE.to_text(width).splitlines()
    assert max(display_width(line) for line in lines) <= width
    assert "\x1b" not in TABLE.to_text(width)
    assert lines[0] == "Concepts"
    assert lines[-1] == "there are more"


def test_machine_forms_agree() -> None:
    rows = json.loads(TABLE.to_json())
    assert rows["position"] == 7
    assert rows["note"] == "there are more"
    assert [json.loads(line) for line in TABLE.to_jsonl().splitlines()] == rows["rows"] == list(TABLE)
    read = list(csv.reader(io.StringIO(TABLE.to_csv())))
    assert read[0] == list(TABLE.columns)
    assert read[2][2] == ""
    assert (
        TABLE.to_pandas()["documents"].tolist()
        == TABLE.to_polars()["documents"].to_list()
        == TABLE["documents"]
    )


def test_html_and_markdown_escape() -> None:
    assert "<b>" not in TABLE._repr_html_()
    assert "a\\|b" in TABLE.to_md()
    assert len(TABLE[:1]) == 1
    assert "1 more rows are not shown" in Table(("a",), [(n,) for n in range(101)])._repr_html_()


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match="pandas"):
        TABLE.to_pandas()
