"""Build `ontologies/taxonomies/` from the sources that `ontologies/SOURCES.md` names.

It promises sorted tables with the same bytes on every run: codes, titles of classes and their order, which
are facts. It refuses descriptions and notes, which are their authors' text.

Run by hand: ``python tools/build_taxonomies.py`` (``KG_REAL_DATA`` names the folder of sources).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tables import LABEL_LIMIT, SOURCES, Domain, curated, sentence_case, shorten, source_rows, write_taxonomy

TZ_COUNTRIES = Path("/usr/share/zoneinfo/iso3166.tab")
WIDE_LIMIT = 96
SECTORS = {
    "Electrical engineering": "I",
    "Instruments": "II",
    "Chemistry": "III",
    "Mechanical engineering": "IV",
    "Other fields": "V",
}


def openalex() -> Iterator[Domain]:
    """Give OpenAlex domains, fields, subfields and topics."""
    seen: set[str] = set()
    for row in source_rows("taxonomies", "openalex", "openalex_topics_2024_09.csv"):
        chain = (
            ("oa-domain", "domain", row["domain_id"], row["domain_name"]),
            ("oa-field", "field", row["field_id"], row["field_name"]),
            ("oa-subfield", "subfield", row["subfield_id"], row["subfield_name"]),
            ("oa-topic", "topic", row["topic_id"], row["topic_name"]),
        )
        parent = ""
        for prefix, level, code, label in chain:
            identifier = f"{prefix}:{code}"
            if identifier not in seen:
                seen.add(identifier)
                yield identifier, parent, level, label
            parent = identifier


def ford() -> Iterator[Domain]:
    """Give the OECD's fields of research and development."""
    data = json.loads((SOURCES / "concordances" / "datacite_fos-mappings.json").read_text(encoding="utf-8"))
    for entry in data["fosFields"]:
        code = entry["fosId"]
        parent = f"ford:{code.split('.')[0]}" if "." in code else ""
        yield f"ford:{code}", parent, "group" if parent else "field", entry["fosLabel"]


def arxiv() -> Iterator[Domain]:
    """Give arXiv's groups, archives and categories, with those of the nineties."""
    for code, parent, level, title, *_ in curated("arxiv.tsv"):
        yield f"arxiv-cat:{code}", f"arxiv-cat:{parent}" if parent else "", level, title


def cpc() -> Iterator[Domain]:
    """Give CPC sections to main groups, Y02 and Y04S in full, and what came after August 2022."""
    levels = {"maingroup": "group"}
    known: set[str] = set()
    for row in source_rows("taxonomies", "cpc", "cpc_titles_2022-08.csv"):
        symbol = row["symbol"].removesuffix("/00")
        known.add(symbol)
        level = levels.get(row["level"], row["level"])
        limit = LABEL_LIMIT if level == "group" else WIDE_LIMIT
        yield f"cpc:{symbol}", cpc_parent(symbol), level, sentence_case(shorten(row["title"], limit))
    for domain in _cpc_climate():
        if domain[0].removeprefix("cpc:") not in known:
            yield domain
    for symbol, level, label, _ in curated("cpc_additions.tsv"):
        yield f"cpc:{symbol}", cpc_parent(symbol), level, label


def cpc_parent(symbol: str) -> str:
    """Give the parent of a section, class, subclass or main group."""
    for length in (4, 3, 1):
        if len(symbol) > length:
            return f"cpc:{symbol[:length]}"
    return ""


def _cpc_climate() -> Iterator[Domain]:
    path: list[tuple[int, str, str]] = []
    for row in source_rows("taxonomies", "cpc", "cpc_Y02_Y04_full_2022-08.csv"):
        if not row["dots"]:
            continue
        dots, symbol, title = int(row["dots"]), row["symbol"].removesuffix("/00"), row["title"]
        while path and path[-1][0] >= dots:
            path.pop()
        label = shorten(title)
        if dots and path and label[:1].islower():
            label = f"{shorten(path[-1][2], 48)}: {label}"
        if dots:
            yield f"cpc:{symbol}", f"cpc:{path[-1][1]}", "subgroup", label
        path.append((dots, symbol, title))


def wipo() -> Iterator[Domain]:
    """Give WIPO's 35 technology fields in their five sectors."""
    fields = {
        (int(row["Field_number"]), row["Field_en"].strip(), row["Sector_en"].strip())
        for row in source_rows("concordances", "wipo_ipc_technology_35fields.csv")
    }
    for label, number in SECTORS.items():
        yield f"wipo:{number}", "", "sector", label
    for number, label, sector in fields:
        yield f"wipo:{number}", f"wipo:{SECTORS[sector]}", "field", label


def nace_identifiers() -> dict[str, str]:
    """Give the identifier of every NACE Rev. 2 code: the section's letter and the number."""
    section, identifiers = "", {}
    for row in source_rows("taxonomies", "industry", "NACE2.csv"):
        code = row["code"]
        section = code if row["level"] == "SECTION" else section
        identifiers[code] = f"nace:{code}" if code == section else f"nace:{section}{code}"
    return identifiers


def nace() -> Iterator[Domain]:
    """Give NACE Rev. 2 sections to classes."""
    identifiers = nace_identifiers()
    section = ""
    for row in source_rows("taxonomies", "industry", "NACE2.csv"):
        code, level = row["code"], row["level"].lower()
        section = code if level == "section" else section
        above = {"section": "", "division": section, "group": code[:2], "class": code[:4]}[level]
        label = sentence_case(row["title"])
        yield identifiers[code], identifiers.get(above, ""), level, label


def isic() -> Iterator[Domain]:
    """Give ISIC Rev. 4 sections to classes."""
    section = ""
    for row in source_rows("taxonomies", "industry", "ISIC4.csv"):
        code, level = row["code"], row["level"].lower()
        section = code if level == "section" else section
        above = {"section": "", "division": section, "group": code[:2], "class": code[:3]}[level]
        yield f"isic:{code}", f"isic:{above}" if above else "", level, row["title"].replace(",,", ",")


def naics() -> Iterator[Domain]:
    """Give NAICS 2022 sectors to national industries."""
    titles = {
        row["NAICS 2022"]: re.sub(r"T$", "", row["2022 NAICS Title"].strip())
        for row in source_rows("concordances", "eurostat_NAICS2017_NAICS2022.csv")
    }
    titles |= dict(curated("naics_titles.tsv"))
    six = {row["code"]: row["title"] for row in source_rows("taxonomies", "industry", "NAICS2022.csv")}
    sectors = {
        str(number): span
        for span in titles
        if len(span) == 2 or "-" in span
        for number in range(int(span[:2]), int(span[-2:]) + 1)
    }
    levels = {3: "subsector", 4: "group", 5: "class", 6: "industry"}
    found: dict[str, Domain] = {
        f"naics:{s}": (f"naics:{s}", "", "sector", titles[s]) for s in sectors.values()
    }
    children: dict[str, set[str]] = defaultdict(set)
    for code in six:
        for length in levels:
            children[code[: length - 1]].add(code[:length])
    for code in six:
        for length, level in levels.items():
            part = code[:length]
            parent = sectors[part[:2]] if length == 3 else part[:-1]
            label = six.get(part) or titles.get(part) or _only_child(part, children, six)
            found[f"naics:{part}"] = (f"naics:{part}", f"naics:{parent}", level, label)
    yield from found.values()


def _only_child(code: str, children: dict[str, set[str]], six: dict[str, str]) -> str:
    while code not in six:
        if len(children[code]) != 1:
            raise SystemExit(
                f"NAICS {code} has no title and several children: add it to curated/naics_titles.tsv"
            )
        (code,) = children[code]
    return six[code]


def sic() -> Iterator[Domain]:
    """Give the US SIC of 1987, with the codes that only the SEC uses."""
    levels = {"division": "division", "major": "major group", "group": "group", "class": "industry"}
    labels: dict[str, str] = {}
    parents: dict[str, str] = {}
    division = ""
    for row in source_rows("taxonomies", "industry", "SIC.csv"):
        code = row["code"]
        division = code if code.isalpha() else division
        labels.setdefault(code, sentence_case(row["title"].replace("&die;", ", ")))
        parents.setdefault(code, "" if code.isalpha() else division if len(code) == 2 else code[:-1])
    for code, parent, label in curated("sic_additions.tsv"):
        labels[code], parents[code] = label, parent
    names = {1: levels["division"], 2: levels["major"], 3: levels["group"], 4: levels["class"]}
    for code, label in labels.items():
        parent = parents[code]
        yield f"sic:{code}", f"sic:{parent}" if parent else "", names[len(code)], label


def gbt() -> Iterator[Domain]:
    """Give the sections and divisions of China's GB/T 4754-2017, typed in."""
    for code, parent, title, *_ in curated("gbt.tsv"):
        level = "division" if parent else "section"
        yield f"gbt:{code}", f"gbt:{parent}" if parent else "", level, title


def countries() -> Iterator[Domain]:
    """Give ISO 3166-1 alpha-2 codes with short names."""
    better = dict(curated("countries.tsv"))
    for line in TZ_COUNTRIES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, name = line.split("\t")
            yield f"country:{code}", "", "country", better.get(code, name)


def main() -> None:
    """Write every taxonomy."""
    for name, layer, rows in (
        ("openalex.tsv", "science", openalex()),
        ("ford.tsv", "science", ford()),
        ("arxiv.tsv", "science", arxiv()),
        ("cpc.tsv.gz", "patent", cpc()),
        ("wipo.tsv", "patent", wipo()),
        ("nace.tsv", "industry", nace()),
        ("isic.tsv", "industry", isic()),
        ("naics.tsv", "industry", naics()),
        ("sic.tsv", "industry", sic()),
        ("gbt.tsv", "industry", gbt()),
        ("country.tsv", "place", countries()),
    ):
        write_taxonomy(name, layer, rows)


if __name__ == "__main__":
    main()
