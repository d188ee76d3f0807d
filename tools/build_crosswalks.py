"""Build `ontologies/crosswalks/` as SSSOM tables from the sources that `ontologies/SOURCES.md` names.

It promises that a weight is a share of the targets a source has, step by step, as an exact fraction until
it is written, and that each row says where it comes from. It refuses measured-looking precision: where a
source covers several targets and nobody counted, the shares are equal and the row says so.

Run by hand after `build_taxonomies.py`: ``python tools/build_crosswalks.py``.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from build_taxonomies import arxiv, cpc, ford, gbt, isic, nace, nace_identifiers, naics, openalex, sic, wipo
from tables import ONTOLOGIES, curated, source_cells, source_rows, write

Shares = dict[str, Fraction]
CURATED, LISTED, CHAINED = (
    "semapv:ManualMappingCuration", "semapv:UnspecifiedMatching", "semapv:MappingChaining",
)  # fmt: skip
EXACT, BROAD, NARROW, RELATED = "skos:exactMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"


@dataclass(frozen=True)
class Row:
    """One mapping as it is written."""

    source: str
    predicate: str
    target: str
    justification: str
    weight: Fraction
    reason: str
    condition: str = ""


def equal(
    source: str, targets: list[str], justification: str, reason: str, predicate: str = BROAD
) -> Iterator[Row]:
    """Give each of a source's targets the same share."""
    share = Fraction(1, len(targets)) if targets else Fraction(0)
    note = reason if len(targets) == 1 else f"{reason}; equal shares, nobody counted"
    for target in targets:
        yield Row(source, predicate if len(targets) == 1 else RELATED, target, justification, share, note)


def arxiv_rows() -> dict[str, tuple[str, str, str, str]]:
    """Give each arXiv code its title, OpenAlex codes, FORD codes and a note on where those come from."""
    rows = {
        code: (title, successor, oa, ford_)
        for code, _, _, title, successor, oa, ford_ in padded("arxiv.tsv", 7)
    }
    resolved = {}
    for code, (title, successor, oa, ford_) in rows.items():
        note = f"arXiv: {title}"
        if successor:
            _, _, oa, ford_ = rows[successor]
            note += f", as {successor}"
        resolved[code] = (title, oa, ford_, note)
    return resolved


def padded(name: str, width: int) -> Iterator[list[str]]:
    """Read a curated table whose last cells may be left out."""
    for cells in curated(name):
        yield cells + [""] * (width - len(cells))


def arxiv_to_openalex() -> Iterator[Row]:
    """Map arXiv categories to OpenAlex fields, and to subfields where one is clear."""
    for code, (_, oa, _, note) in arxiv_rows().items():
        codes = oa.split(",")
        share = Fraction(1, len(codes))
        fields: Shares = defaultdict(Fraction)
        for target in codes:
            fields[target[:2]] += share
        note_all = note + ("; equal shares, nobody counted" if len(codes) > 1 else "")
        for field, weight in sorted(fields.items()):
            predicate = BROAD if weight == 1 else RELATED
            yield Row(f"arxiv-cat:{code}", predicate, f"oa-field:{field}", CURATED, weight, note_all)
        for target in (t for t in codes if len(t) == 4):
            predicate = BROAD if len(codes) == 1 else RELATED
            yield Row(f"arxiv-cat:{code}", predicate, f"oa-subfield:{target}", CURATED, share, note_all)


def arxiv_to_ford() -> Iterator[Row]:
    """Map arXiv categories to the OECD's fields."""
    for code, (_, _, ford_, note) in arxiv_rows().items():
        yield from equal(f"arxiv-cat:{code}", [f"ford:{f}" for f in ford_.split(",")], CURATED, note)


def openalex_to_ford() -> Iterator[Row]:
    """Map OpenAlex fields to the OECD's fields."""
    for field, targets, why in curated("field_ford.tsv"):
        yield from equal(f"oa-field:{field}", [f"ford:{f}" for f in targets.split(",")], CURATED, why)


def cpc_to_wipo(known: frozenset[str]) -> Iterator[Row]:
    """Map IPC subclasses and groups, as CPC names them, to WIPO's technology fields."""
    for row in source_rows("concordances", "wipo_ipc_technology_35fields.csv"):
        symbol = re.sub(r"[\s%]|/%$", "", row["IPC_code"]).rstrip("/")
        if f"cpc:{symbol}" not in known:
            report(f"WIPO: IPC {symbol} is not in the CPC")
            continue
        reason = f"WIPO's IPC-technology table lists {symbol}"
        yield Row(f"cpc:{symbol}", BROAD, f"wipo:{row['Field_number']}", LISTED, Fraction(1), reason)
    for symbol, field, _, why in curated("ipc_after.tsv"):
        if field:
            yield Row(
                f"cpc:{symbol}", BROAD, f"wipo:{field}", CURATED, Fraction(1), f"not in the table: {why}"
            )


EXPRESSION = re.compile(
    r"([A-H]\d\d[A-Z])(?: (\d+)/\*)?(?: (not|except) (\S+)(?: (\d+)/\*)?)?(?: except (\S+) (\d+)/\*)?"
)


def cpc_to_nace() -> Iterator[Row]:
    """Map IPC subclasses and groups to the NACE industries that make such things, with their conditions."""
    identifiers = nace_identifiers()
    for row in source_rows("concordances", "ipc_v8_nace_rev2_v2.0_2015.csv"):
        match = EXPRESSION.fullmatch(row["ipc_expression"])
        if match is None:
            raise SystemExit(f"cannot read {row['ipc_expression']}")
        subclass, group, word, other, _, spared, spared_group = match.groups()
        if word == "except":
            # A61K except A61K 8: the plain A61K row says it, because A61K 8 has a row of its own.
            continue
        condition = f"not cpc:{other} except cpc:{spared}{spared_group}" if word else ""
        reason = f"IPC V8 to NACE Rev. 2 concordance v2.0 (2015): {row['ipc_expression']}"
        target = identifiers[row["nace2_code"]]
        yield Row(f"cpc:{subclass}{group or ''}", BROAD, target, LISTED, Fraction(1), reason, condition)
    for symbol, _, codes, why in curated("ipc_after.tsv"):
        targets = [identifiers[code] for code in codes.split(",")]
        yield from equal(f"cpc:{symbol}", targets, CURATED, f"not in the concordance: {why}")


def correspondence(*parts: str) -> dict[str, list[str]]:
    """Read a table of two standards as source to targets."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in source_rows("concordances", *parts):
        found[row["src_code"]].add(row["dst_code"])
    return {source: sorted(targets) for source, targets in found.items()}


def chain(code: str, steps: Iterable[Mapping[str, list[str]]]) -> Shares:
    """Follow a code through tables, splitting its share equally among the targets of each step."""
    shares: Shares = {code: Fraction(1)}
    for step in steps:
        onward: Shares = defaultdict(Fraction)
        for source, share in shares.items():
            targets = step.get(source, [])
            for target in targets:
                onward[target] += share / len(targets)
        shares = onward
    return dict(shares)


def isic_to_nace_codes() -> dict[str, list[str]]:
    """Give the NACE identifiers of every ISIC code: the concordance from NACE, read backwards."""
    identifiers = nace_identifiers()
    found: dict[str, list[str]] = defaultdict(list)
    for nace_code, targets in correspondence("industry", "NACE2_to_ISIC4.csv").items():
        for target in targets:
            found[target].append(identifiers[nace_code])
    return {code: sorted(targets) for code, targets in found.items()}


def isic_to_nace() -> Iterator[Row]:
    """Map ISIC Rev. 4 to NACE Rev. 2, which refines it."""
    for code, targets in isic_to_nace_codes().items():
        reason = "NACE Rev. 2 refines ISIC Rev. 4"
        exact = len(targets) == 1
        note = reason if exact else f"{reason} into {len(targets)}; equal shares, nobody counted"
        for target in targets:
            share = Fraction(1, len(targets))
            yield Row(f"isic:{code}", EXACT if exact else NARROW, target, LISTED, share, note)


LEAST = Fraction(1, 20)
"""A chain's target with less than this share is left out: it is a crumb of three tables, not a finding."""
NACE_LEVELS = ("section", "division", "group", "class")


def upward(shares: Shares, parents: Mapping[str, str], levels: Mapping[str, str], stop: str) -> Shares:
    """Sum shares at the ancestor of a level, leaving broader domains where they are."""
    summed: Shares = defaultdict(Fraction)
    for domain, share in shares.items():
        while NACE_LEVELS.index(levels[domain]) > NACE_LEVELS.index(stop):
            domain = parents[domain]
        summed[domain] += share
    return dict(summed)


@dataclass(frozen=True)
class Ladder:
    """A scheme's codes with what its narrowest ones map to, and how broad the target of each level is."""

    prefix: str
    parents: Mapping[str, str]
    shares: Mapping[str, Shares]
    via: str
    stops: Mapping[int, str]

    def rows(self) -> Iterator[Row]:
        """Map each code; a broader code by the mean of the industries below it."""
        nace_rows = list(nace())
        parents = {row[0]: row[1] for row in nace_rows}
        levels = {row[0]: row[2] for row in nace_rows}
        below: dict[str, list[str]] = defaultdict(list)
        for code in self.shares:
            parent: str = f"{self.prefix}:{code}"
            while parent:
                below[parent].append(code)
                parent = self.parents[parent]
        for source, codes in sorted(below.items()):
            stop = self.stops.get(len(source.partition(":")[2].partition("-")[0]))
            if stop is None:
                continue
            mean: Shares = defaultdict(Fraction)
            for code in codes:
                for domain, share in upward(self.shares[code], parents, levels, stop).items():
                    mean[domain] += share / len(codes)
            note = self.via if len(codes) == 1 else f"mean of {len(codes)} industries; {self.via}"
            kept = {domain: share for domain, share in mean.items() if share >= LEAST}
            for domain, share in sorted(kept.items()):
                yield Row(source, BROAD if share == 1 else RELATED, domain, CHAINED, share, note)


def naics_to_nace() -> Iterator[Row]:
    """Chain NAICS 2022 to NAICS 2017 to NACE Rev. 2."""
    identifiers = nace_identifiers()
    older = correspondence("industry", "NAICS2022_to_NAICS2017.csv")
    to_nace: dict[str, set[str]] = defaultdict(set)
    for older_code, nace_code, *_ in source_cells("concordances", "eurostat_NAICS2017_NACE.csv"):
        if older_code.isdigit() and older_code != "00":
            to_nace[older_code].add(identifiers[nace_code.strip()])
    last = {code: sorted(targets) for code, targets in to_nace.items()}
    shares = {code: chain(code, (older, last)) for code in older}
    for code in (code for code, found in shares.items() if not found):
        report(f"NAICS {code} leads to no NACE class")
    full = {code: found for code, found in shares.items() if found}
    stops = {6: "group", 4: "group", 3: "division", 2: "division"}
    via = "NAICS 2022 > 2017 > NACE, equal shares"
    yield from Ladder("naics", {row[0]: row[1] for row in naics()}, full, via, stops).rows()


def sic_to_nace() -> Iterator[Row]:
    """Chain SIC to NAICS 2017 to ISIC Rev. 4 to NACE Rev. 2."""
    to_naics = correspondence("industry", "SIC_to_NAICS2017.csv")
    to_isic = correspondence("industry", "NAICS2017_to_ISIC4.csv")
    parents = {row[0]: row[1] for row in sic()}
    steps = (to_naics, to_isic, isic_to_nace_codes())
    shares = {code: chain(code, steps) for code in to_naics if f"sic:{code}" in parents}
    for code in (code for code, found in shares.items() if not found):
        report(f"SIC {code} leads to no NACE class")
    full = {code: found for code, found in shares.items() if found}
    via = "SIC > NAICS 2017 > ISIC 4 > NACE, equal shares"
    yield from Ladder("sic", parents, full, via, {4: "group", 3: "group", 2: "division"}).rows()


def gbt_to_nace() -> Iterator[Row]:
    """Map China's divisions to NACE's: both follow ISIC Rev. 4, so by what their titles say."""
    for code, _, _, targets, why in padded("gbt.tsv", 5):
        if targets:
            found = sorted(nace_identifiers()[target[1:]] for target in targets.split(","))
            yield from equal(f"gbt:{code}", found, CURATED, f"GB/T 4754-2017 {code}: {why}")


def report(line: str) -> None:
    """Name what a source has and the crosswalk has not."""
    sys.stderr.write(line + "\n")


HEAD = """\
#curie_map:
{prefixes}
#mapping_set_id: https://w3id.org/silobridge/crosswalks/{name}
#mapping_set_title: {title}
#mapping_set_version: "1"
#license: https://creativecommons.org/publicdomain/zero/1.0/
#subject_source: {subject}
#object_source: {target}
#mapping_provider: https://w3id.org/silobridge/
#sssom_version: "1.1"
#extension_definitions:
#- slot_name: weight
#  property: sb:weight
#  type_hint: xsd:decimal
#- slot_name: condition
#  property: sb:condition
#  type_hint: xsd:string"""
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tweight\tcondition\tcomment"


def write_sssom(name: str, title: str, rows: Iterable[Row], known: frozenset[str]) -> None:
    """Write one crosswalk, keeping rows both of whose ends exist and naming the others."""
    from silobridge.kg.ids import PREFIXES

    kept = []
    for row in rows:
        missing = [end for end in (row.source, row.target) if end not in known]
        if missing:
            report(f"{name}: {row.source} → {row.target} left out, {missing[0]} is in no taxonomy")
        else:
            kept.append(row)
    kept.sort(key=lambda row: (row.source, row.target, row.condition))
    used = {"skos": "http://www.w3.org/2004/02/skos/core#", "semapv": "https://w3id.org/semapv/vocab/"}
    used["xsd"] = "http://www.w3.org/2001/XMLSchema#"
    ends = {end.partition(":")[0] for row in kept for end in (row.source, row.target)}
    used |= {prefix: PREFIXES[prefix] for prefix in (*ends, "sb")}
    prefixes = "\n".join(f"#  {prefix}: {used[prefix]}" for prefix in sorted(used))
    subject, target = (f"https://w3id.org/silobridge/taxonomies/{part}" for part in name.split("-to-"))
    head = HEAD.format(prefixes=prefixes, name=name, title=title, subject=subject, target=target).splitlines()
    cells = (
        (r.source, r.predicate, r.target, r.justification, decimal(r.weight), r.condition, r.reason)
        for r in kept
    )
    lines = [*head, COLUMNS, *("\t".join(row) for row in cells)]
    # What three tables were chained into is long and nobody's handiwork: packed. The rest stays readable.
    suffix = ".gz" if all(row.justification == CHAINED for row in kept) else ""
    write(ONTOLOGIES / "crosswalks" / f"{name}.sssom.tsv{suffix}", lines)


def decimal(share: Fraction) -> str:
    """Write a share with four decimals, rounded down so that shares never sum to more than 1."""
    return f"{int(share * 10**4) / 10**4:.4f}".rstrip("0").rstrip(".")


def main() -> None:
    """Write every crosswalk."""
    schemes = (openalex(), ford(), arxiv(), cpc(), wipo(), nace(), isic(), naics(), sic(), gbt())
    known = frozenset(row[0] for rows in schemes for row in rows)
    for name, title, rows in (
        ("arxiv-to-openalex", "arXiv categories to OpenAlex fields and subfields", arxiv_to_openalex()),
        ("arxiv-to-ford", "arXiv categories to the OECD's fields of research", arxiv_to_ford()),
        ("openalex-to-ford", "OpenAlex fields to the OECD's fields of research", openalex_to_ford()),
        ("cpc-to-wipo", "CPC and IPC to WIPO's 35 technology fields", cpc_to_wipo(known)),
        ("cpc-to-nace", "CPC and IPC to NACE Rev. 2", cpc_to_nace()),
        ("isic-to-nace", "ISIC Rev. 4 to NACE Rev. 2", isic_to_nace()),
        ("naics-to-nace", "NAICS 2022 to NACE Rev. 2", naics_to_nace()),
        ("sic-to-nace", "US SIC to NACE Rev. 2", sic_to_nace()),
        ("gbt-to-nace", "GB/T 4754-2017 to NACE Rev. 2", gbt_to_nace()),
    ):
        write_sssom(name, title, rows, known)


if __name__ == "__main__":
    main()
