"""Units agree with pint; numbers in text are found where they stand, and answer in any unit of their kind."""

import pytest

from silobridge.ingest.understand import understand
from silobridge.kg import units
from silobridge.kg.errors import ReadError, UsageError
from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.store import Ledger
from silobridge.kg.model import Document, Kind, Section
from silobridge.queries.quantities import quantities, read

COMPOUNDS = {
    "Wh/kg": "watt_hour/kilogram", "mAh g⁻¹": "milliampere*hour/gram", "mA/cm2": "milliampere/centimeter**2",
    "W/(m·K)": "watt/meter/kelvin", "W m−2 K−1": "watt/meter**2/kelvin", "µmol m-2 s-1": "micromole/meter**2/second",
    "km/h": "kilometer/hour", "kV/cm": "kilovolt/centimeter", "S/cm": "siemens/centimeter", "g/cm3": "gram/centimeter**3",
    "J/(kg·K)": "joule/kilogram/kelvin", "GB/s": "gigabyte/second", "mg/L": "milligram/liter",
    "公里/小时": "kilometer/hour",
}  # fmt: skip


def test_compound_units_are_what_pint_says() -> None:
    import pint

    registry = pint.UnitRegistry()
    for written, name in COMPOUNDS.items():
        base = registry.parse_expression(name).to_base_units()
        assert units.unit(written).factor == pytest.approx(base.magnitude, rel=1e-9), written


def test_a_symbol_unknown_is_refused_and_never_guessed() -> None:
    assert units.find("frobs/kg") is None
    with pytest.raises(ReadError, match="frobs"):
        units.unit("frobs")
    assert units.unit("dB").dimension != units.unit("%").dimension


def paper(text: str, language: str = "en") -> Document:
    return Document(
        f"doi:10.5555/{abs(hash(text))}", Kind.PAPER, "", (Section("abstract", text),), language=language
    )


CASES = {
    "The cell reaches an energy density of more than 300 Wh/kg at 25 °C.": [
        ("300 Wh/kg", ">", 1080000.0, "energy density"), ("25 °C", "=", 298.15, "")],
    "We report a temperature of 10-20 K and a yield of 98.5%.": [
        ("10-20 K", "range", 10.0, "temperature"), ("98.5%", "=", 0.985, "yield")],
    "See Fig. 3 A, the 5K items and version 2.": [],
    "A power of 3.2 × 10^-3 W was used.": [("3.2 × 10^-3 W", "=", 0.0032, "power")],
}  # fmt: skip


@pytest.mark.parametrize("text", sorted(CASES))
def test_numbers_are_found_with_their_place_value_and_property(text: str) -> None:
    found = understand([paper(text)])["quantity"].to_pylist()
    got = [
        (text[q["start"] : q["stop"]], q["comparison"], pytest.approx(q["si_low"]), q["property"])
        for q in found
    ]
    assert got == CASES[text]


def test_chinese_numbers_are_found() -> None:
    text = "该电池的能量密度超过350 Wh/kg,厚度约为5微米。"
    found = understand([paper(text, "zh")])["quantity"].to_pylist()
    assert [(text[q["start"] : q["stop"]], q["comparison"]) for q in found] == [
        ("350 Wh/kg", ">"),
        ("5微米", "~"),
    ]
    assert found[0]["property"] == "能量密度"


def test_a_question_compares_across_units_and_refuses_other_dimensions(tmp_path) -> None:
    ledger = Ledger.create(tmp_path / "g")
    texts = [
        "The cell reaches an energy density of 0.31 kWh/kg.",
        "An energy density of 250 Wh/kg is common.",
        "An energy of 400 Wh was stored.",
    ]
    with ledger.writing() as connection:
        append(connection, understand([paper(text) for text in texts]), begin_run(connection, "test", "0"))
    with ledger.reading() as connection:
        over = quantities(connection, "energy density > 300 Wh/kg")
        assert [row["sentence"] for row in over] == [texts[0]]
        assert len(quantities(connection, "energy density >= 250 Wh/kg")) == 2
        assert len(quantities(connection, "energy density = 250 Wh/kg")) == 1
        assert len(quantities(connection, "energy density < 1 kWh/kg", limit=1)) == 1
        assert [row["unit"] for row in quantities(connection, "energy")] == ["Wh"]
    with pytest.raises(UsageError):
        read("")
