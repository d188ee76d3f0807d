"""Taxonomies and crosswalks: whole, consistent, and able to place what real documents say."""

import csv
import gzip
import importlib
import json
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silobridge.kg.crosswalk import Correspondence, Crosswalks, holds, read_sssom
from silobridge.kg.errors import ReadError
from silobridge.kg.ids import PREFIXES
from silobridge.kg.ledger.schema import CATALOGUE, arrow_schema
from silobridge.kg.model import Classification
from silobridge.kg.taxonomy import LEVELS, catalogue, taxonomy
from tests.real import ROOT, real_data

KNOWN = taxonomy()
IDENTIFIERS = [domain.id for domain in KNOWN]


def members(*codes: str) -> dict[str, object]:
    return {m.domain: m for m in KNOWN.memberships([Classification(code) for code in codes])}


def test_every_scheme_has_as_many_domains_as_its_authority_counts():
    counts = Counter((domain.scheme, domain.level) for domain in KNOWN)
    expected = {
        ("openalex", "domain"): 4, ("openalex", "field"): 26, ("openalex", "subfield"): 252,
        ("openalex", "topic"): 4516, ("ford", "field"): 6, ("ford", "group"): 42,
        ("wipo", "field"): 35, ("wipo", "sector"): 5,
        ("nace", "section"): 21, ("nace", "division"): 88, ("nace", "group"): 272, ("nace", "class"): 615,
        ("isic", "section"): 21, ("isic", "division"): 88, ("isic", "group"): 238, ("isic", "class"): 419,
        ("naics", "sector"): 20, ("naics", "subsector"): 96, ("naics", "industry"): 1012,
        ("sic", "division"): 11, ("sic", "major group"): 83,
        ("gbt", "section"): 20, ("gbt", "division"): 97,
        ("cpc", "section"): 9, ("country", "country"): 249,
    }  # fmt: skip
    assert {key: counts[key] for key in expected} == expected


def test_parents_exist_and_nothing_contains_itself():
    for domain in KNOWN:
        assert domain.parent == "" or domain.parent in KNOWN, domain
        above = KNOWN.ancestors(domain.id)
        assert len(set(above)) == len(above) < 12
        assert domain.id not in above
        assert domain.id in KNOWN.children(domain.parent)


def test_domains_are_well_formed():
    for domain in KNOWN:
        assert domain.id.partition(":")[0] in PREFIXES, domain
        assert domain.layer in {"science", "patent", "industry", "place"}
        assert domain.level in LEVELS, domain
        assert domain.label.strip() == domain.label != "", domain
        assert len(domain.label) <= 260
        assert "{" not in domain.label and "&die" not in domain.label, domain


def test_cpc_labels_are_short_and_not_in_capitals():
    labels = [domain.label for domain in KNOWN if domain.scheme == "cpc"]
    assert max(map(len, labels)) <= 140
    shouting = [label for label in labels if label.isupper() and len(label) > 12]
    assert shouting == []


def test_crosswalk_ends_exist_and_reasons_are_given():
    for row in KNOWN.crosswalks.mappings:
        assert row.source in KNOWN, row
        assert row.target in KNOWN, row
        assert row.reason, row
        assert row.predicate.startswith("skos:"), row
        assert 0 < row.weight <= 1, row
        if row.condition:
            holds(row.condition, [])


def test_shares_of_one_source_in_one_scheme_never_exceed_one():
    sums: dict[tuple[str, str], float] = defaultdict(float)
    pairs: Counter[tuple[str, str]] = Counter()
    for row in KNOWN.crosswalks.mappings:
        sums[row.source, row.target.partition(":")[0]] += row.weight
        pairs[row.source, row.target] += 1
    assert max(sums.values()) <= 1 + 1e-9
    assert max(pairs.values()) == 1


def test_catalogue_has_the_ledgers_columns_and_no_nulls():
    tables = catalogue()
    assert set(tables) == set(CATALOGUE)
    for name, table in tables.items():
        assert table.schema == arrow_schema(name)
        assert all(column.null_count == 0 for column in table.columns)
    assert tables["domain"].column("id").to_pylist() == sorted(IDENTIFIERS)
    assert tables["crosswalk"].num_rows == len(KNOWN.crosswalks.mappings)


@pytest.mark.parametrize(
    ("code", "placed"),
    [
        ("cpc:B64C39/024", "cpc:B64C39"),
        ("cpc:H01L 31/18", "cpc:H01L31"),
        ("cpc:H01L 031/18", "cpc:H01L31"),
        ("cpc:H01L0031180000", "cpc:H01L31"),
        ("cpc:h01m 10/0525", "cpc:H01M10"),
        ("cpc:B64C2201/12", "cpc:B64C2201"),
        ("cpc:G02B2027/0178", "cpc:G02B27"),
        ("cpc:B64C2999/12", "cpc:B64C"),
        ("cpc:H05B37/02", "cpc:H05B"),
        ("cpc:Y02E10/50", "cpc:Y02E10/50"),
        ("cpc:Y02E10/599", "cpc:Y02E10"),
        ("ipc:G06F17/30", "cpc:G06F17"),
        ("cpc:B64", "cpc:B64"),
        ("nace:26.11", "nace:C26.11"),
        ("nace:2611", "nace:C26.11"),
        ("nace:C2611", "nace:C26.11"),
        ("nace:26.1", "nace:C26.1"),
        ("nace:26", "nace:C26"),
        ("nace:c", "nace:C"),
        ("nace:A26", None),
        ("isic:C2610", "isic:2610"),
        ("isic:2699", "isic:26"),
        ("sic:3674", "sic:3674"),
        ("sic:3670", "sic:367"),
        ("sic:6770", "sic:6770"),
        ("sic:36", "sic:36"),
        ("sic:100", "sic:01"),
        ("naics:334413", "naics:334413"),
        ("naics:3344", "naics:3344"),
        ("naics:33", "naics:31-33"),
        ("naics:999", None),
        ("gbt:C3985", "gbt:39"),
        ("gbt:39", "gbt:39"),
        ("gb-t:c", "gbt:C"),
        ("gbt:A39", None),
        ("gbt:98", None),
        ("arxiv-cat:cs.LG", "arxiv-cat:cs.LG"),
        ("arxiv-cat:CS.lg", "arxiv-cat:cs.LG"),
        ("arxiv-cat:cs.ZZ", "arxiv-cat:cs"),
        ("arxiv-cat:cmp-lg", "arxiv-cat:cmp-lg"),
        ("oa-topic:10299", "oa-topic:T10299"),
        ("oa-field:fields/17", "oa-field:17"),
        ("ford:1.02", "ford:1.2"),
        ("wipo:03", "wipo:3"),
        ("country:uk", "country:GB"),
        ("cpc:BANANA", None),
        ("cpc:Q01B1/00", None),
        ("nothing", None),
        ("", None),
        (":", None),
        ("cpc:", None),
        ("nace:" + "9" * 5000, None),
    ],
)
def test_place(code, placed):
    assert KNOWN.place(code) == placed


@given(
    st.text(max_size=40) | st.builds("{}:{}".format, st.sampled_from(sorted(PREFIXES)), st.text(max_size=20))
)
def test_place_never_fails_and_gives_a_known_domain_or_none(code):
    placed = KNOWN.place(code)
    assert placed is None or placed in KNOWN


@given(st.sampled_from(IDENTIFIERS))
def test_placing_a_domain_gives_the_domain(identifier):
    assert KNOWN.place(identifier) == identifier
    assert KNOWN.place(f" {identifier} ") == identifier


@given(
    st.sampled_from([i for i in IDENTIFIERS if i.startswith("cpc:") and "/" not in i]), st.integers(1, 99_999)
)
def test_a_subgroup_falls_into_its_main_group(identifier, subgroup):
    placed = KNOWN.place(f"{identifier}/{subgroup}")
    if len(identifier) > len("cpc:A01B"):
        assert placed == identifier or placed.startswith(f"{identifier}/")
    else:
        assert placed is None


def test_a_patent_stands_where_its_code_leads():
    found = members("cpc:B64C39/024")
    assert {"cpc:B64C39", "cpc:B64C", "cpc:B64", "cpc:B", "wipo:32", "wipo:IV", "nace:C30", "nace:C"} == set(
        found
    )
    assert found["cpc:B64C39"].how == "asserted"
    assert found["cpc:B64"].how == "ancestor"
    assert found["nace:C30"].how == "crosswalk"
    assert "cpc:B64C → nace:C30" in found["nace:C30"].reason
    assert "contains nace:C30" in found["nace:C"].reason


def test_a_paper_stands_in_its_disciplines():
    found = members("arxiv-cat:cs.RO")
    assert {"arxiv-cat:cs.RO", "arxiv-cat:cs", "oa-domain:3", "ford:1", "ford:2", "ford:2.2"} <= set(found)
    assert {domain for domain in found if domain.startswith("oa-field:")} == {"oa-field:17", "oa-field:22"}
    assert found["oa-domain:3"].weight == 1


def test_a_filing_stands_in_its_industry():
    found = members("sic:3674")
    assert {d for d in found if d.startswith("nace:")} == {"nace:C", "nace:C26", "nace:C26.1"}
    assert found["nace:C26.1"].weight == 1


def test_an_alias_of_a_category_leads_where_its_successor_leads():
    old, new = members("arxiv-cat:cmp-lg"), members("arxiv-cat:cs.CL")
    assert {d for d in old if d.startswith(("oa", "ford"))} == {
        d for d in new if d.startswith(("oa", "ford"))
    }


def test_a_condition_looks_at_the_documents_other_codes():
    assert "nace:C20.1" in members("cpc:C07C51/00")
    assert "nace:C20.1" not in members("cpc:C07C51/00", "cpc:A61K31/19")
    assert "nace:C21" in members("cpc:C07C51/00", "cpc:A61K31/19")
    assert "nace:C20.1" in members("cpc:C07C51/00", "cpc:A61K8/30")
    assert "nace:C21" not in members("cpc:A61K8/30")


def test_a_group_with_a_row_of_its_own_does_not_follow_its_subclass():
    assert "nace:C30" in members("cpc:B65F3/00")
    assert "nace:C28.9" not in members("cpc:B65F3/00")
    assert "nace:C11" in members("cpc:A23L2/38")
    assert "nace:C10" not in members("cpc:A23L2/38")


def test_a_targets_ancestor_holds_the_sum_of_the_shares_below_it():
    parents = {"x:1": "", "nace:C": "", "nace:C1": "nace:C", "nace:C2": "nace:C", "nace:D": ""}
    rows = [
        Correspondence("x:1", "skos:relatedMatch", target, 1 / 3, "", "equal")
        for target in ("nace:C1", "nace:C2", "nace:D")
    ]
    found = {
        m.domain: m.weight for m in Crosswalks(rows, parents).memberships((("x:1", 1.0, "asserted", ""),))
    }
    assert found == {"x:1": 1, "nace:C": 0.667, "nace:C1": 0.333, "nace:C2": 0.333, "nace:D": 0.333}


def test_the_greatest_weight_wins_then_the_shortest_way():
    found = {
        m.domain: m
        for m in KNOWN.memberships(
            [
                Classification("cpc:B64C39/02", 0.5),
                Classification("cpc:B64C", 0.5),
                Classification("cpc:H01M", 0.25),
            ]
        )
    }
    assert (found["cpc:B64C"].how, found["cpc:B64C"].weight) == ("asserted", 0.5)
    assert found["nace:C"].weight == 0.5
    assert "cpc:B64C → nace:C30" in found["nace:C"].reason


CODES = st.lists(
    st.builds(
        Classification,
        st.sampled_from(IDENTIFIERS)
        | st.sampled_from(["cpc:A61K31/19", "cpc:C07C1/00", "nope:1", "cpc:A61K8/02"]),
        st.sampled_from([1.0, 0.5, 0.25]),
        st.sampled_from(["asserted", "predicted"]),
    ),
    max_size=8,
)


@given(CODES, st.randoms(use_true_random=False))
def test_memberships_do_not_depend_on_order_and_are_closed_upwards(codes, random):
    found = KNOWN.memberships(codes)
    shuffled = [*codes, *codes]
    random.shuffle(shuffled)
    assert KNOWN.memberships(shuffled) == found
    domains = [m.domain for m in found]
    assert domains == sorted(set(domains))
    weights = {m.domain: m.weight for m in found}
    for m in found:
        assert 0 < m.weight <= 1
        assert m.how in {"asserted", "predicted", "ancestor", "crosswalk"}
        assert m.reason or m.how in {"asserted", "predicted"}
        for above in KNOWN.ancestors(m.domain):
            assert weights[above] >= m.weight


def test_unplaced_and_infinite_classifications_lead_nowhere():
    assert KNOWN.memberships([Classification("nope:1"), Classification("cpc:B", float("nan"))]) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("C26", "nace:C26"),
        ("nace:C26", "nace:C26"),
        ("nace:26.1", "nace:C26.1"),
        ("B64C39/00", "cpc:B64C39"),
        ("computer science", "oa-field:17"),
        ("Machine Learning", "cpc:G06N20"),
        ("germany", "country:DE"),
    ],
)
def test_find_ranks_the_exact_first(text, first):
    assert KNOWN.find(text)[0].id == first


def test_find_matches_words_and_their_plurals():
    found = KNOWN.find("batteries")
    assert {"nace:C27.2", "cpc:H01M"} <= {d.id for d in found} | {
        d.id for d in KNOWN.find("battery", limit=500)
    }
    assert [d.id for d in found] == [d.id for d in KNOWN.find("battery")]
    assert KNOWN.find("no such words at all") == []
    assert KNOWN.find("") == []


def test_an_unknown_domain_is_nothing_and_labels_itself():
    assert KNOWN.domain("nace:C99") is None
    assert KNOWN.label("nace:C99") == "nace:C99"
    assert KNOWN.ancestors("nace:C99") == KNOWN.children("nace:C99") == []
    assert KNOWN.domain("nace:C26").label == KNOWN.label("nace:C26")


def test_a_table_without_a_weight_is_refused():
    with pytest.raises(ReadError, match="weight"):
        read_sssom("subject_id\tpredicate_id\tobject_id\tcondition\tcomment\n", "x.sssom.tsv")


def test_a_condition_that_says_something_else_is_refused():
    with pytest.raises(ReadError, match="sometimes"):
        holds("sometimes", [])


@pytest.mark.real
def test_every_category_of_the_arxiv_records_is_known():
    path = real_data("papers", "arxiv_metadata", "arxiv_metadata_43k.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        used = Counter(category for line in lines for category in json.loads(line)["categories"].split())
    known = sum(count for category, count in used.items() if f"arxiv-cat:{category}" in KNOWN)
    assert known / sum(used.values()) >= 0.99
    fields = sum(
        n for c, n in used.items() if any(d.startswith("oa-field:") for d in members(f"arxiv-cat:{c}"))
    )
    assert fields / sum(used.values()) >= 0.99


@pytest.mark.real
def test_the_codes_of_the_drone_patents_are_placed():
    path = real_data("patents", "lens", "lens_drones_compact_9071.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if line.strip())
        used = Counter(
            code for row in rows for code in (row["cpc_classifications"] or "").split(";;") if code
        )
    levels: Counter[str] = Counter()
    for code, count in used.items():
        placed = KNOWN.place(f"cpc:{code}")
        levels[KNOWN.domain(placed).level if placed else "nowhere"] += count
    assert 1 - levels["nowhere"] / levels.total() >= 0.99
    assert (levels["group"] + levels["subgroup"]) / levels.total() >= 0.95


@pytest.mark.real
def test_every_filing_reaches_an_industry():
    path = real_data("industry", "sec_10k", "item1_business_sic.jsonl")
    codes = [json.loads(line)["sic"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(codes) == 20
    for code in codes:
        assert any(domain.startswith("nace:") for domain in members(f"sic:{code}")), code


@pytest.mark.real
def test_the_tables_are_what_the_scripts_build(tmp_path, monkeypatch):
    real_data("taxonomies", "cpc")
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tables, taxonomies, crosswalks = (
        importlib.import_module(name) for name in ("tables", "build_taxonomies", "build_crosswalks")
    )
    for module in (tables, crosswalks):
        monkeypatch.setattr(module, "ONTOLOGIES", tmp_path)
    # The list of countries is the operating system's; every other source lies still.
    monkeypatch.setattr(taxonomies, "countries", lambda: iter(()))
    taxonomies.main()
    crosswalks.main()
    built = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.tsv*") if path.stem != "country")
    assert len(built) == 19
    for path in built:
        fresh, kept = ((folder / path).read_bytes() for folder in (tmp_path, ROOT / "ontologies"))
        if path.suffix == ".gz":
            fresh, kept = gzip.decompress(fresh), gzip.decompress(kept)
        assert fresh == kept, f"{path} is not what tools/ builds: build it again"
