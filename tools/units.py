"""Write `ontologies/lexicon/units.tsv`: what each unit symbol is in SI base units, as pint says.

It promises that every factor comes from pint's registry, never from us. It refuses a symbol that pint does
not know. Reading text then needs no pint: importing it and building its registry takes seconds.

    python tools/units.py
"""

import math
from pathlib import Path
from typing import Any

import pint

PREFIXES = {
    "": "",
    "k": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
    "m": "milli",
    "µ": "micro",
    "n": "nano",
    "p": "pico",
}
# How a symbol is written, pint's name, and the prefixes it is met with.
PREFIXED = {
    "m": ("meter", "kmµnp"),
    "g": ("gram", "kmµn"),
    "s": ("second", "mµnp"),
    "A": ("ampere", "kmµnp"),
    "K": ("kelvin", "mµ"),
    "mol": ("mole", "kmµn"),
    "Hz": ("hertz", "kMGTm"),
    "N": ("newton", "kMmµn"),
    "Pa": ("pascal", "kMGm"),
    "J": ("joule", "kMGmµ"),
    "W": ("watt", "kMGTmµn"),
    "V": ("volt", "kMmµn"),
    "F": ("farad", "mµnp"),
    "T": ("tesla", "mµn"),
    "Ω": ("ohm", "kMmµ"),
    "ohm": ("ohm", "kM"),
    "S": ("siemens", "kmµ"),
    "H": ("henry", "mµn"),
    "Wb": ("weber", ""),
    "eV": ("electron_volt", "kMGTm"),
    "Wh": ("watt_hour", "kMGT"),
    "Ah": ("ampere_hour", "mk"),
    "L": ("liter", "mµn"),
    "l": ("liter", "mµ"),
    "bit": ("bit", "kMGT"),
    "B": ("byte", "kMGT"),
    "bps": ("bit / second", "kMGT"),
    "bar": ("bar", "m"),
    "cal": ("calorie", "k"),
    "lm": ("lumen", ""),
    "cd": ("candela", "m"),
    "lx": ("lux", "k"),
    "Gy": ("gray", "m"),
    "Sv": ("sievert", "mµ"),
    "Bq": ("becquerel", "kMG"),
    "Da": ("dalton", "kM"),
    "M": ("molar", "mµn"),
    "V/m": ("volt / meter", ""),
    "yr": ("year", ""),
}
SPELLED = (
    "kilometer kilometre meter metre centimeter centimetre millimeter millimetre micrometer micrometre micron nanometer"
    " nanometre angstrom gram kilogram milligram volt millivolt watt kilowatt megawatt ampere joule pascal tesla"
    " megabyte gigabyte terabyte degree"
)
"""Units written out, met in the plural as often; "second" is left out, for it is more often an ordinal."""
PLAIN = {
    "cm": "centimeter",
    "dm": "decimeter",
    "hm": "hectometer",
    "Å": "angstrom",
    "ha": "hectare",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "hour": "hour",
    "hours": "hour",
    "minute": "minute",
    "minutes": "minute",
    "seconds": "second",
    "sec": "second",
    "day": "day",
    "days": "day",
    "d": "day",
    "week": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "year": "year",
    "years": "year",
    "°C": "degree_Celsius",
    "℃": "degree_Celsius",
    "°": "degree",
    "rad": "radian",
    "mrad": "milliradian",
    "rpm": "rpm",
    "%": "percent",
    "wt%": "percent",
    "vol%": "percent",
    "at%": "percent",
    "mol%": "percent",
    "percent": "percent",
    "ppm": "ppm",
    "dB": "dimensionless",
    "dBm": "dimensionless",
    "mile": "mile",
    "miles": "mile",
    "ft": "foot",
    "inch": "inch",
    "inches": "inch",
    "psi": "psi",
    "atm": "atmosphere",
    "Torr": "torr",
    "torr": "torr",
    "mmHg": "millimeter_Hg",
    "t": "metric_ton",
    "kt": "kilometric_ton",
    "Mt": "megametric_ton",
    "tonnes": "metric_ton",
    "tons": "metric_ton",
    "lb": "pound",
    "mph": "mile_per_hour",
    "kmh": "kilometer_per_hour",
    "mAh": "milliampere_hour",
    "nmi": "nautical_mile",
    "pc": "parsec",
    "kpc": "kiloparsec",
    "Mpc": "megaparsec",
    "Gpc": "gigaparsec",
    "fs": "femtosecond",
    "fm": "femtometer",
    "wt.%": "percent",
    "at.%": "percent",
    "mol.%": "percent",
    "U": "enzyme_unit",
    "米": "meter",
    "千米": "kilometer",
    "公里": "kilometer",
    "厘米": "centimeter",
    "毫米": "millimeter",
    "微米": "micrometer",
    "纳米": "nanometer",
    "秒": "second",
    "毫秒": "millisecond",
    "分钟": "minute",
    "小时": "hour",
    "天": "day",
    "年": "year",
    "吨": "metric_ton",
    "千克": "kilogram",
    "公斤": "kilogram",
    "克": "gram",
    "毫克": "milligram",
    "伏": "volt",
    "瓦": "watt",
    "千瓦": "kilowatt",
    "赫兹": "hertz",
}
CONVERTED = {"Oe": ("ampere / meter", 1000 / (4 * math.pi)), "kOe": ("ampere / meter", 1e6 / (4 * math.pi)),
             "Gauss": ("tesla", 1e-4), "kG": ("tesla", 0.1)}  # fmt: skip
"""Symbols of the Gaussian system, whose dimensions differ: what they stand for in SI."""
BASE = ("meter", "kilogram", "second", "ampere", "kelvin", "mole", "candela")


def main() -> None:
    """Write the table."""
    registry: Any = pint.UnitRegistry()
    named = dict(PLAIN)
    for name in SPELLED.split():
        named |= {name: name, f"{name}s": name}
    for symbol, (name, prefixes) in PREFIXED.items():
        for prefix in ("", *prefixes):
            head = PREFIXES[prefix]
            named[prefix + symbol] = f"{head}{name}"
    lines = [
        "# A unit's symbol, its factor to SI base units, its zero in them, and its exponents of m kg s A K mol cd bit;"
    ]
    lines.append(
        "# written by tools/units.py from pint. A symbol in dB keeps its number: it is no ratio of units."
    )
    rows = {symbol: _row(registry, symbol, name, 1.0) for symbol, name in named.items()}
    rows |= {symbol: _row(registry, symbol, name, factor) for symbol, (name, factor) in CONVERTED.items()}
    lines += [f"{symbol}\t{row}" for symbol, row in sorted(rows.items())]
    target = Path(__file__).parents[1] / "ontologies" / "lexicon" / "units.tsv"
    target.write_text("\n".join(lines) + "\n", "utf-8")


def _row(registry: Any, symbol: str, name: str, factor: float) -> str:
    if name == "degree_Celsius":
        return "1 273.15 0 0 0 0 1 0 0 0"
    base = registry.Quantity(1, registry.parse_units(name)).to_base_units()
    if any(power != int(power) for power in base._units.values()):
        raise SystemExit(f"{symbol}: pint gives broken powers")
    powers = {str(unit): int(power) for unit, power in base._units.items()}
    bits = 0
    stem = name.removeprefix("kilo").removeprefix("mega").removeprefix("giga").removeprefix("tera")
    if stem.startswith(("bit", "byte")):
        bits = 1
    unknown = set(powers) - set(BASE) - {"bit", "radian", "count"}
    if unknown:
        raise SystemExit(f"{symbol}: pint gives base units {sorted(unknown)}")
    exponents = " ".join(str(powers.get(unit, 0)) for unit in BASE)
    return f"{base.magnitude * factor!r} 0 {exponents} {bits}"


if __name__ == "__main__":
    main()
