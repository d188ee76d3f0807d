"""Documents, organisations and people that are one: with reasons, whatever the order, nothing deleted."""

from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import silobridge
from silobridge.ingest import keeping
from silobridge.ingest.linking import conclude_links
from silobridge.ingest.resolve import follow
from silobridge.kg.ledger import decisions, schema
from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.forget import forget
from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger
from silobridge.queries import copies
from silobridge.queries.describe import resolutions

Made = dict[str, Any]
STREAM = "Stream: the Stanford stream data manager"
WIDOM, ITO = ("person", "Jennifer Widom"), ("person", "Keith Ito")


def batch(documents: list[Made]) -> dict[str, pa.Table]:
    rows: dict[str, list[Made]] = {table: [] for table in ("document", "identifier", "contribution")}
    for doc, made in enumerate(documents):
        said = {"kind": "paper", "year": 2003, "text": made["title"], "language": "en", **made}
        said |= {"content_hash": repr(made), "extractor": "x", "text_hash": f"{made['id']}", "doc": doc}
        rows["document"].append({name: said.get(name) for name in OBSERVATIONS["document"]})
        rows["identifier"] += [{"doc": doc, "id": each} for each in made.get("identifiers", ())]
        for ordinal, agent in enumerate(made.get("agents", ())):
            sort, name, identifier, country = (*agent, "", "")[:4]
            rows["contribution"].append({
                "doc": doc, "ordinal": ordinal, "name": name, "sort": sort, "country": country,
                "role": "author" if sort == "person" else "applicant",
                "agent": identifier or f"{sort[:3]}:{name}" + ("" if sort == "organisation" else made["id"]),
            })  # fmt: skip
    return {table: pa.Table.from_pylist(found, arrow_schema(table)) for table, found in rows.items()}


def add(con: "duckdb.DuckDBPyConnection", *documents: Made) -> None:
    append(con, batch(list(documents)), begin_run(con, "test", "0"))
    follow(con)


def said(con: "duckdb.DuckDBPyConnection") -> list[list[tuple[Any, ...]]]:
    tables = ("duplicate", "agent_alias", "undecided")
    return [con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables]


def same(con: "duckdb.DuckDBPyConnection", table: str) -> dict[str, str]:
    return {row[0]: row[1] for row in con.execute(f"SELECT * FROM {table}").fetchall()}


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        schema.create(connection)
        yield connection


def test_a_paper_in_two_sources_is_one_document_and_counts_once(con):
    add(con, {"id": "doi:10.5555/b", "title": STREAM, "agents": [WIDOM, ITO]},
        {"id": "arxiv:0301.0001", "title": STREAM.upper(), "agents": [("person", "K. Ito"), WIDOM]},
        {"id": "doi:10.5555/c", "title": "Another matter altogether", "agents": [WIDOM]})  # fmt: skip
    assert same(con, "duplicate") == {"doi:10.5555/b": "arxiv:0301.0001"}
    ((reason,),) = con.execute("SELECT reason FROM duplicate").fetchall()
    assert "the same title" in reason and "2 of 2 and 2 people" in reason
    copies.lay_out(con)
    assert con.execute("SELECT count(*), count(DISTINCT kept) FROM copy").fetchall() == [(3, 2)]
    assert con.execute("SELECT count(*) FROM document").fetchall() == [(3,)]


def test_an_identifier_in_common_makes_a_preprint_and_its_article_one(con):
    add(con, {"id": "arxiv:1", "title": "On streams", "identifiers": ["doi:10.5555/x"], "year": 2001, "agents": [ITO]},
        {"id": "doi:10.5555/x", "title": "Streams, revisited", "year": 2003, "agents": [ITO]})  # fmt: skip
    assert same(con, "duplicate") == {"doi:10.5555/x": "arxiv:1"}


def test_an_application_and_its_grant_are_one_and_the_next_application_is_not(con):
    acme = ("organisation", "ACME ROBOTICS INC")
    made = {"kind": "patent", "title": "Rotor blade with a hinge for folding drones", "agents": [acme]}
    add(con, {**made, "id": "patent:US-20150000001-A1"}, {**made, "id": "patent:US-9000001-B2", "year": 2005},
        {**made, "id": "patent:US-20160000001-A1", "year": 2004})  # fmt: skip
    found = same(con, "duplicate")
    assert len(found) == 1 and "patent:US-9000001-B2" in {*found, *found.values()}
    reasons = con.execute("SELECT reason FROM undecided WHERE how = 'document'").fetchall()
    assert not any("stages A and B" in row[0] for row in reasons)


def test_a_column_that_comes_back_is_left_undecided(con):
    add(con, *({"id": f"doi:10.5555/{n}", "title": "Book review column", "agents": [ITO], "year": 2003 + n}
               for n in range(2)))  # fmt: skip
    assert same(con, "duplicate") == {}
    assert [row[:2] for row in con.execute("SELECT * FROM undecided WHERE how = 'document'").fetchall()] == [
        ("doi:10.5555/1", "doi:10.5555/0")
    ]


def test_a_person_joins_and_parts_documents_and_takes_it_back(con):
    add(con, {"id": "doi:10.5555/a", "title": STREAM, "agents": [WIDOM, ITO]},
        {"id": "doi:10.5555/b", "title": STREAM, "agents": [WIDOM, ITO]})  # fmt: skip
    held = decisions.reject(con, "doi:10.5555/a", "doi:10.5555/b", "Ada", "two editions")
    follow(con)
    assert same(con, "duplicate") == {} and same(con, "alias") == {}
    assert con.execute("SELECT how, reason FROM undecided").fetchall()[0][0] == "rejected document"
    decisions.undo(con, held.decision, "Ada")
    follow(con)
    assert same(con, "duplicate") == {"doi:10.5555/b": "doi:10.5555/a"}


def test_legal_forms_join_subsidiaries_and_laws_do_not(con):
    names = ["Acme Robotics, Inc.", "ACME ROBOTICS CORP", "Acme Robotics GmbH", "Acme Robotics Japan KK"]
    add(con, *({"id": f"doi:10.5555/{n}", "title": f"Work number {n}", "agents": [("organisation", name)]}
               for n, name in enumerate(names)))  # fmt: skip
    assert same(con, "agent_alias") == {"org:Acme Robotics, Inc.": "org:ACME ROBOTICS CORP"}
    reasons = [
        row[0] for row in con.execute("SELECT reason FROM undecided WHERE how = 'organisation'").fetchall()
    ]
    assert any("law of DE and of US" in reason for reason in reasons)
    assert any("subsidiary" in reason for reason in reasons)


def test_a_register_names_the_group_and_two_entries_stay_two(con):
    add(con, {"id": "doi:10.5555/1", "title": "One", "agents": [("organisation", "University of Aachen", "ror:1")]},
        {"id": "doi:10.5555/2", "title": "Two", "agents": [("organisation", "Univ. of Aachen")]},
        {"id": "doi:10.5555/3", "title": "Three", "agents": [("organisation", "UNIV OF AACHEN", "ror:2")]})  # fmt: skip
    found = same(con, "agent_alias")
    assert len(found) == 1 and found["org:Univ. of Aachen"] in ("ror:1", "ror:2")


def works(*names: tuple[str, ...]) -> list[Made]:
    """Make a document for each organisation."""
    return [{"id": f"doi:10.5555/{n}", "title": f"Work number {n}", "agents": [("organisation", *name)]}
            for n, name in enumerate(names)]  # fmt: skip


def test_names_in_two_languages_join_unless_rivals_countries_or_registers_speak_against_it(con):
    add(con, *works(("Harbin Engineering University",), ("哈尔滨工程大学",), ("Hengtong Group",), ("恒通集团",),
                    ("亨通集团",), ("Northeastern University",), ("东北大学",),
                    ("Zhejiang University", "ror:1"), ("浙江大学", "ror:2"),
                    ("Nanjing University", "", "US"), ("南京大学", "", "CN"), ("Siemens AG",),
                    ("Xi'an Jiaotong University",), ("上海交通大学",), ("西安交通大学", "lei:9")))  # fmt: skip
    assert same(con, "agent_alias") == {
        "org:哈尔滨工程大学": "org:Harbin Engineering University",
        "org:Xi'an Jiaotong University": "lei:9",
    }
    open_ = {
        (row[0], row[1]): row[2]
        for row in con.execute("SELECT form, target, reason FROM undecided").fetchall()
    }
    assert "亨通" in open_["org:恒通集团", "org:Hengtong Group"]
    assert "names no place" in open_["org:东北大学", "org:Northeastern University"]
    assert ("ror:2", "ror:1") in open_ or ("ror:1", "ror:2") in open_
    assert "in US and in CN" in str(open_) or "in CN and in US" in str(open_)


def test_a_rival_that_comes_later_takes_a_joining_back(con):
    one, two, rival = works(("Hengtong Group",), ("恒通集团",), ("亨通集团",))
    add(con, one, two)
    assert same(con, "agent_alias") == {"org:恒通集团": "org:Hengtong Group"}
    add(con, rival)
    assert same(con, "agent_alias") == {}


def test_a_short_name_in_brackets_is_no_part_of_the_name_and_alone_stays_undecided(con):
    add(con, *works(("Kanto Institute of Technology (KIT)",), ("Kanto Institute of Technology",), ("KIT",)))
    assert same(con, "agent_alias") == {
        "org:Kanto Institute of Technology (KIT)": "org:Kanto Institute of Technology"
    }
    open_ = con.execute("SELECT form, target FROM undecided").fetchall()
    assert [set(row) for row in open_] == [{"org:KIT", "org:Kanto Institute of Technology (KIT)"}]


def test_applicants_who_are_people_join_by_their_initials(con):
    add(con, *works(("LUDWIG LESTER F",), ("LUDWIG LESTER FRANK",), ("SONY CORP",), ("SONY MOBILE CORP",)))
    assert same(con, "agent_alias") == {"org:LUDWIG LESTER FRANK": "org:LUDWIG LESTER F"}


def test_a_name_without_its_initial_is_left_open_between_two_people(con):
    add(con, *works(("KOK THOMAS A",), ("KOK THOMAS",), ("KOK THOMAS ALAN",)))
    assert same(con, "agent_alias") == {
        "org:KOK THOMAS A": "org:KOK THOMAS", "org:KOK THOMAS ALAN": "org:KOK THOMAS"
    }  # fmt: skip
    add(con, {"id": "doi:10.5555/9", "title": "Work number 9", "agents": [("organisation", "KOK THOMAS B")]})
    assert same(con, "agent_alias") == {"org:KOK THOMAS ALAN": "org:KOK THOMAS A"}
    open_ = con.execute("SELECT form, target FROM undecided").fetchall()
    assert all("org:KOK THOMAS" in row for row in open_) and len(open_) == 3


def test_people_of_a_common_name_need_company(con):
    wang, rare = ("person", "Wei Wang"), ("person", "Célia A. Harvey")
    add(con, *({"id": f"doi:10.5555/{n}", "title": f"Work number {n}", "agents": [wang, rare, ITO]} for n in (1, 2)),
        {"id": "doi:10.5555/3", "title": "Alone", "agents": [wang]})  # fmt: skip
    found = same(con, "agent_alias")
    assert found["per:Wei Wangdoi:10.5555/2"] == "per:Wei Wangdoi:10.5555/1"
    assert not any("10.5555/3" in name for pair in found.items() for name in pair)


TITLES = [STREAM, STREAM + " (demonstration)", "Book review column", "Guest editorial"]
AGENTS = [WIDOM, ITO, ("person", "J. Widom"), ("person", "J. Widom", "orcid:1"), ("person", "Jennifer Widom", "orcid:2"),
          ("organisation", "Acme Inc"), ("organisation", "ACME"), ("organisation", "Acme Robotics GmbH"),
          ("organisation", "Acme GmbH", "ror:1"), ("organisation", "Hengtong Group"), ("organisation", "恒通集团"),
          ("organisation", "亨通集团"), ("organisation", "KOK THOMAS A"), ("organisation", "KOK THOMAS"),
          ("organisation", "KOK THOMAS B")]  # fmt: skip
documents = st.fixed_dictionaries(
    {
        "id": st.sampled_from([f"doi:10.5555/{n}" for n in range(6)]),
        "title": st.sampled_from(TITLES),
        "year": st.sampled_from([2001, 2003]),
        "agents": st.lists(st.sampled_from(AGENTS), max_size=3, unique=True),
    }
)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"), st.lists(documents, min_size=1, max_size=4, unique_by=lambda made: made["id"])
        ),
        st.tuples(st.just("forget"), st.integers(0, 5)),
        st.tuples(st.just("part"), st.tuples(st.integers(0, 2), st.integers(3, 5))),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_following_equals_concluding_anew(taken: list[tuple[str, Any]]) -> None:
    with duckdb.connect() as con:
        schema.create(con)
        for step, value in taken:
            if step == "add":
                append(con, batch(value), begin_run(con, "test", "0"))
            elif step == "forget":
                forget(con, [f"doi:10.5555/{value}"], 0)
            else:
                decisions.reject(con, *(f"doi:10.5555/{n}" for n in value), "Ada")
            follow(con)
        followed = said(con)
        con.execute("DELETE FROM duplicate")
        con.execute("DELETE FROM agent_alias")
        con.execute("DELETE FROM undecided")
        conclude_links(con)
        assert followed == said(con)


def test_organisations_are_decided_like_concepts_and_unknown_names_are_told(tmp_path):
    ledger = Ledger.create(tmp_path / "g")
    with ledger.writing() as con:
        names = ["Siemens AG", "Siemens Healthineers AG"]
        add(con, *({"id": f"doi:10.5555/{n}", "title": f"Work {n}", "agents": [("organisation", name, f"org:{n}")]}
                   for n, name in enumerate(names)))  # fmt: skip
    taken = keeping.decide(ledger, "accept", "Siemens", "SIEMENS HEALTHINEERS", "Ada", "one group")
    with ledger.reading() as con:
        assert same(con, "agent_alias") == {"org:1": "org:0"}
        rows = resolutions(con).rows
    assert ("joined", "Siemens Healthineers AG [org:1]", "Siemens AG [org:0]") in {row[:3] for row in rows}
    assert not any(row[0] == "undecided" for row in rows)
    keeping.undo(ledger, taken, "Ada")
    keeping.decide(ledger, "reject", "Siemens AG [org:0]", "org:1", "Ada")
    with ledger.reading() as con:
        assert same(con, "agent_alias") == {}
    assert keeping.unknown(ledger, "Siemens", "org:1") == []
    assert [found.name for found in keeping.unknown(ledger, "heat pipe", "heat pipes array")] == [
        "heat pipe", "heat pipes array"
    ]  # fmt: skip


def test_both_views_follow_an_organisation_to_the_identifier_that_stands_for_it(tmp_path):
    graph = silobridge.open(Ledger.create(tmp_path / "g").folder)
    seen = []
    for number, name, agent in ((1, "Acme Inc", "org:2"), (2, "ACME Corp", "org:1")):
        with graph.ledger.writing() as con:
            add(
                con,
                {
                    "id": f"doi:10.5555/{number}",
                    "title": f"Work {number}",
                    "agents": [("organisation", name, agent)],
                },
            )
        graph.views.update()
        cypher = graph.cypher("MATCH (d)-->(x:Organisation) RETURN x.id, d.id ORDER BY d.id").rows
        sparql = graph.sparql(
            "SELECT ?o ?d WHERE { ?d ?p ?o . ?o a ?t . FILTER(CONTAINS(STR(?o), '/organisation/')) } ORDER BY ?d"
        ).rows
        assert sorted(set(map(tuple, sparql))) == sorted(map(tuple, cypher))
        seen.append([tuple(row) for row in cypher])
    assert seen == [
        [("org:2", "doi:10.5555/1")], [("org:1", "doi:10.5555/1"), ("org:1", "doi:10.5555/2")]
    ]  # fmt: skip


def test_a_person_of_openalex_is_a_person_in_both_views(tmp_path):
    graph = silobridge.open(Ledger.create(tmp_path / "g").folder)
    agents = [("person", "Jennifer Widom", "openalex:A1"), ("organisation", "Acme Inc", "openalex:I1")]
    with graph.ledger.writing() as con:
        add(con, {"id": "doi:10.5555/1", "title": "Work 1", "agents": agents})
    graph.views.update()
    for label, agent in (("Person", "A1"), ("Organisation", "I1")):
        assert graph.cypher(f"MATCH (d)-->(x:{label}) RETURN x.id").rows == ((f"openalex:{agent}",),)
        rows = graph.sparql(f"SELECT ?o WHERE {{ ?d ?p ?o . ?o a sb:{label} }}").rows
        assert [row[0].rpartition("/")[2].rpartition(":")[2] for row in rows] == [agent]
