"""Real files: every record is read or named, and spot facts are right."""

from collections import Counter

import pytest

from silobridge.ingest.readers import choose, load
from silobridge.ingest.source import Source
from silobridge.kg.model import Citation, Classification, Document, Reject
from tests.real import real_data

pytestmark = pytest.mark.real

FILES = [
    ("papers/arxiv_metadata/arxiv_metadata_43k.jsonl.gz", "arxiv_metadata", 43_195, 0),
    ("papers/arxiv/arxiv_atom_100.xml", "arxiv_atom", 100, 0),
    ("papers/arxiv/arxiv_atom_1605.08386.xml", "arxiv_atom", 1, 0),
    ("papers/arxiv/arxiv_atom_1707.08567.xml", "arxiv_atom", 1, 0),
    ("patents/lens/lens_drones_compact_9071.csv.gz", "lens_csv", 9_071, 0),
    ("patents/lens/lens_drones_export_500.csv", "lens_csv", 500, 0),
    ("patents/us_abstracts/us_patent_abstracts_805.jsonl", "us_abstracts", 805, 0),
    ("industry/sec_10k/item1_business_sic.jsonl", "sec_10k", 20, 0),
    ("industry/sec_10k/apple_10k_2023_item1.html", "sec_10k", 1, 0),
    ("papers/openalex/works_biodiversity_finance_60.jsonl", "openalex", 60, 0),
    ("papers/openalex/works_2023-05-16_part_000.jsonl", "openalex", 11, 16),  # 16 grants without a title
    ("papers/openalex/W2741809807.json", "openalex", 1, 0),
    ("papers/crossref/works_20.json", "crossref", 20, 0),
    ("papers/crossref/works_mixed_20.json", "crossref", 20, 0),
    ("papers/pdf/2020.acl-main.207.pdf", "pdf", 1, 0),
    ("papers/pdf/N18-3011.pdf", "pdf", 1, 0),
    ("papers/cnki/mixed.net", "cnki", 12, 0),
    ("papers/cnki/mixed.bib", "bibtex", 12, 0),
    ("papers/cnki/Classic5Test.net", "cnki", 5, 0),
    ("papers/ris/pure.bib", "bibtex", 1, 0),
    ("papers/ris/example_full.ris", "ris", 2, 0),
    *((f"papers/jats/{name}.nxml", "jats", 1, 0) for name in (
        "1471-2180-11-174", "PMC5828200", "PMC6398430", "PMC7417471", "pntd.0002065", "pone.0000217")),
    *((f"patents/uspto_grant/{name}.xml", "uspto", 1, 0) for name in (
        "US06336130", "US06859910", "US07272630B2", "v2-5-B1", "v4-5-B1", "v4-5-B2")),
    *((f"patents/uspto_application/{name}.xml", "uspto", 1, 0) for name in (
        "US20010000044A1", "US20050004437A1", "v4-4-A1", "v4-5-A1")),
]  # fmt: skip


def read(path: str) -> tuple[str, list[Document], list[Reject]]:
    source = Source(real_data(*path.split("/")), root=real_data())
    name = choose(source)
    entries = list(load(name).read(source))
    documents = [entry for entry in entries if isinstance(entry, Document)]
    assert source.notes == ()
    return name, documents, [entry for entry in entries if isinstance(entry, Reject)]


@pytest.mark.parametrize(("path", "reader", "documents", "rejects"), FILES, ids=[row[0] for row in FILES])
def test_every_record_is_read_or_named(path: str, reader: str, documents: int, rejects: int) -> None:
    name, found, named = read(path)
    assert (name, len(found), len(named)) == (reader, documents, rejects)
    assert all(reject.found == "no 'title'" and reject.origin.line for reject in named)
    assert all(document.origin.source == path and document.title and document.id for document in found)


@pytest.mark.parametrize("name", ["author_A5023888391.json", "institution_I27837315.json"])
def test_what_is_no_work_is_not_read_as_one(name: str) -> None:
    source = Source(real_data("papers", "openalex", name))
    assert load("openalex").sniff(source.head(), name) < 0.3


def test_arxiv_facts() -> None:
    _, found, _ = read("papers/arxiv_metadata/arxiv_metadata_43k.jsonl.gz")
    first = found[0]
    assert (first.id, first.published) == ("arxiv:quant-ph/0501059", "2005-01-01")
    assert first.classifications[2] == Classification("arxiv-cat:cond-mat.str-el")
    years = Counter(document.year for document in found)
    assert (min(years), max(years)) == (2005, 2017)
    # 266 papers stand in the file twice, once under a number that a float had spoiled.
    assert len({document.id for document in found}) == len(found) - 266


def test_lens_facts() -> None:
    _, found, _ = read("patents/lens/lens_drones_export_500.csv")
    first = found[0]
    assert (first.id, first.published) == ("patent:AU-2016219013-A1", "2017-10-05")
    assert first.identifiers == ("lens:056-511-251-084-461",)
    codes = [c.domain for c in first.classifications]
    assert codes[:2] == ["cpc:E02F9/26", "cpc:B64C39/024"] and codes[-2:] == ["cpc:E02F3", "cpc:G08B23"]
    _, compact, _ = read("patents/lens/lens_drones_compact_9071.csv.gz")
    assert "patent:EP-2135119-B8" in {document.id for document in compact}
    assert sum(not document.classifications for document in compact) == 63


def test_us_abstract_facts() -> None:
    _, found, _ = read("patents/us_abstracts/us_patent_abstracts_805.jsonl")
    assert (found[0].id, found[0].title) == ("patent:US-4036723", "US4036723")


def test_10k_facts() -> None:
    _, found, _ = read("industry/sec_10k/item1_business_sic.jsonl")
    first = found[0]
    assert first.id == "sec:1000180/0001000180-11-000006"
    assert first.classifications == (Classification("sic:3572"),)
    assert (first.agents[0].id, first.year) == ("cik:1000180", 2011)
    assert "Supply Chain" in [section.heading for section in first.sections]
    assert len({document.id for document in found}) == 20  # two registrants share one accession number


def test_grant_facts() -> None:
    _, (found,), _ = read("patents/uspto_grant/v4-5-B1.xml")
    assert (found.id, found.published) == ("patent:US-9358892-B1", "2016-06-07")
    assert found.classifications[0].domain == "cpc:B60L11/1809"
    kinds = Counter(citation.kind for citation in found.citations)
    assert kinds == {"patent": 24, "npl": 4}
    assert "doi:10.1109/vtc.1982.1622998" in {citation.target for citation in found.citations}
    assert {agent.role for agent in found.agents} == {"applicant", "inventor", "assignee"}
    _, (old,), _ = read("patents/uspto_grant/US06336130.xml")
    assert old.classifications[0].domain == "cpc:G06F15/16"
    assert Citation("patent:WO-9625012", "patent", "WO 96/25012") in old.citations


def test_jats_facts() -> None:
    _, (found,), _ = read("papers/jats/PMC6398430.nxml")
    assert found.id == "doi:10.1093/beheco/ary157"
    assert found.identifiers == ("pmid:30846892", "pmcid:PMC6398430")
    assert found.countries == ("AT", "GB", "US") and len(found.citations) == 80
    assert found.agents[0].id == "orcid:0000-0002-3609-5983"
    _, (film,), _ = read("papers/jats/PMC7417471.nxml")
    assert (film.published, len(film.citations), film.countries) == ("2020-08-10", 206, ("MY",))


def test_openalex_facts() -> None:
    _, (found,), _ = read("papers/openalex/W2741809807.json")
    assert found.id == "doi:10.7717/peerj.4375"
    assert found.identifiers == ("openalex:W2741809807", "pmid:29456894", "pmcid:PMC5815332")
    assert len(found.citations) == 35 and found.countries == ("CA", "US")
    _, works, _ = read("papers/openalex/works_biodiversity_finance_60.jsonl")
    assert works[0].classifications[0] == Classification(
        "oa-topic:T11042", 0.9991, reason="OpenAlex topic score"
    )


def test_pdf_facts() -> None:
    _, (found,), _ = read("papers/pdf/2020.acl-main.207.pdf")
    assert found.title.endswith("Document-level Representation Learning using Citation-informed Transformers")
    abstract = found.sections[0]
    assert abstract.role == "abstract" and "document-level representation power" in abstract.text
    assert "natural language processing systems" in abstract.text
    headings = [section.heading for section in found.sections]
    assert headings[1:4] == [
        "1 Introduction",
        "2 Model 2.1 Overview",
        "2.2 Background: Pretrained Transformers",
    ]
    assert "8 Conclusions and Future Work" in headings
    assert 50 <= len(found.citations) <= 62
    assert not any("Anant K. Agarwal" in section.text for section in found.sections)


@pytest.mark.parametrize("name", ["mixed", "Classic5Test"])
def test_cnki_records_say_what_their_bibtex_says(name: str) -> None:
    told, gold = (read(f"papers/cnki/{name}.{end}")[1] for end in ("net", "bib"))
    assert [document.title for document in told] == [document.title for document in gold]
    for one, other in zip(told, gold, strict=True):
        # A tilde is a blank in LaTeX.
        said = [(part.role, part.text.replace("~", " ")) for part in one.sections]
        assert said == [(part.role, part.text) for part in other.sections]
        assert (one.agents, one.year) == (other.agents, other.year)
    assert sum(bool(document.sections) for document in told) >= len(told) - 1
