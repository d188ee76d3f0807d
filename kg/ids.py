"""Identifiers: CURIE to IRI and back, normal spellings of the authorities' codes, and minting.

It promises that the same thing gets the same identifier on every machine, in every run and whatever
the order of input. It refuses to make an identifier out of a name alone, but for concepts and
organisations, whose names are minted openly under our own prefix.
"""

import re
import unicodedata
from hashlib import blake2b, md5

from silobridge.kg.errors import UsageError

BASE = "https://w3id.org/silobridge/"
"""Where identifiers minted by this project live."""

PREFIXES: dict[str, str] = {
    "sb": BASE + "ns#",
    "concept": BASE + "concept/",
    "claim": BASE + "claim/",
    "evidence": BASE + "evidence/",
    "usage": BASE + "usage/",
    "membership": BASE + "membership/",
    "crosswalk": BASE + "crosswalk/",
    "bridge": BASE + "bridge/",
    "silo": BASE + "silo/",
    "saved": BASE + "saved/",
    "path": BASE + "path/",
    "listing": BASE + "listing/",
    "quotation": BASE + "quotation/",
    "org": BASE + "organisation/",
    "person": BASE + "person/",
    "file": BASE + "document/",
    "doi": "https://doi.org/",
    "arxiv": "https://arxiv.org/abs/",
    "openalex": "https://openalex.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
    "patent": BASE + "patent/",
    "lens": "https://www.lens.org/lens/search/patent/list?q=",
    "sec": BASE + "filing/",
    "cik": BASE + "registrant/",
    "orcid": "https://orcid.org/",
    "ror": "https://ror.org/",
    "lei": "https://www.gleif.org/lei/",
    "oa-domain": "https://openalex.org/domains/",
    "oa-field": "https://openalex.org/fields/",
    "oa-subfield": "https://openalex.org/subfields/",
    "oa-topic": "https://openalex.org/topics/",
    "ford": BASE + "ford/",
    "arxiv-cat": BASE + "arxiv-category/",
    "cpc": BASE + "cpc/",
    "wipo": BASE + "wipo-field/",
    "nace": BASE + "nace2/",
    "isic": BASE + "isic4/",
    "naics": BASE + "naics2022/",
    "sic": BASE + "sic/",
    "gbt": BASE + "gbt4754-2017/",
    "country": BASE + "country/",
}
"""Every prefix the project writes, in both views and in every export."""

_LOCAL_SAFE = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/-]")
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: (-len(item[1]), item[0]))


def mint(prefix: str, *parts: str) -> str:
    """Mint a CURIE that depends on nothing but its parts.

    Parameters
    ----------
    prefix
        One of `PREFIXES`.
    parts
        The lexical form the identifier stands for.

    Returns
    -------
    str
        ``prefix:`` and 16 hexadecimal digits (the first 64 bits of an MD5, which DuckDB computes too).

    Examples
    --------
    >>> mint("concept", "lithium ion battery")
    'concept:0f95e39b9d650a21'
    """
    digest = md5("\x1f".join(parts).encode("utf-8"), usedforsecurity=False).hexdigest()
    return f"{prefix}:{digest[:16]}"


def content_hash(*parts: str) -> str:
    """Hash content so that equal content gives equal hashes and nothing else does.

    Examples
    --------
    >>> len(content_hash("a", "b")), content_hash("ab") == content_hash("a", "b")
    (32, False)
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def expand(curie: str) -> str:
    """Expand a CURIE to its IRI, percent-encoding what an IRI may not hold.

    Raises
    ------
    UsageError
        If the prefix is not one of `PREFIXES`.

    Examples
    --------
    >>> expand("doi:10.5555/a<b")
    'https://doi.org/10.5555/a%3Cb'
    """
    prefix, separator, local = curie.partition(":")
    base = PREFIXES.get(prefix)
    if not separator or base is None:
        raise UsageError(
            f"{curie!r} is not an identifier of a known kind",
            expected=f"PREFIX:CODE with one of the prefixes {', '.join(sorted(PREFIXES))}",
        )
    return base + _LOCAL_SAFE.sub(_percent, local)


def compress(iri: str) -> str:
    """Give the CURIE of an IRI, or the IRI itself where no prefix fits.

    Examples
    --------
    >>> compress(expand("cpc:B64C39/02"))
    'cpc:B64C39/02'
    >>> compress("https://example.org/x")
    'https://example.org/x'
    """
    for prefix, base in _BY_LENGTH:
        if iri.startswith(base):
            return f"{prefix}:{_unpercent(iri[len(base) :])}"
    return iri


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "surrogatepass"))


def _unpercent(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


_DOI = re.compile(r"10\.\d{4,9}/\S+")


def doi(text: str) -> str:
    """Find the DOI in a text or address and give its CURIE, or an empty string.

    Examples
    --------
    >>> doi("https://doi.org/10.1038/NATURE12373")
    'doi:10.1038/nature12373'
    """
    match = _DOI.search(text)
    return f"doi:{match.group().rstrip('.,;)').lower()}" if match else ""


FLOAT_NOISE = 6
"""No arXiv number has more digits after the point; more of them are what a float left behind."""

_ARXIV = re.compile(r"^(?:arxiv:)?(\d{3,4})\.(\d{3,20})(v\d+)?$", re.IGNORECASE)


def arxiv(text: str) -> str:
    """Give an arXiv record's CURIE, without the version, mending numbers that a spreadsheet or float broke.

    New-style numbers are YYMM and four digits, five from January 2015 on
    (https://info.arxiv.org/help/arxiv_identifier.html), so lost zeros and float noise can be told.

    Examples
    --------
    >>> arxiv("1710.0147600000003"), arxiv("1605.0838v2"), arxiv("704.001"), arxiv("quant-ph/0501059")
    ('arxiv:1710.01476', 'arxiv:1605.08380', 'arxiv:0704.0010', 'arxiv:quant-ph/0501059')
    """
    stated = text.strip()
    match = _ARXIV.match(stated)
    if not match:
        return f"arxiv:{stated.removeprefix('arXiv:').removeprefix('arxiv:')}"
    month, number = match.group(1).zfill(4), match.group(2)
    digits = 5 if month >= "1501" else 4
    if len(number) > FLOAT_NOISE:
        number = f"{round(float('0.' + number), digits):.{digits}f}"[2:]
    return f"arxiv:{month}.{number.ljust(digits, '0')}"


_PATENT = re.compile(r"^\s*([A-Z]{2})[\s-]*([A-Z]{0,2}[\d/,. -]*\d)[\s-]*([A-Z]\d?)?\s*$")


def patent(country_and_number: str, kind: str = "") -> str:
    """Give a patent publication's CURIE in DOCDB form, or an empty string.

    Leading zeros go, because offices write the same number with and without them.

    Examples
    --------
    >>> patent("US 2015/0012345 A1"), patent("US06336130", "B1"), patent("US4036723")
    ('patent:US-20150012345-A1', 'patent:US-6336130-B1', 'patent:US-4036723')
    """
    match = _PATENT.match(country_and_number.upper())
    if not match:
        return ""
    country, number, found_kind = match.groups()
    digits = re.sub(r"[^A-Z0-9]", "", number)
    letters = re.match(r"[A-Z]*", digits)
    head = letters.group() if letters else ""
    code = kind.upper() or found_kind or ""
    body = digits[len(head) :].lstrip("0")
    return f"patent:{country}-{head}{body}" + (f"-{code}" if code else "")


def organisation(name: str, country: str = "") -> str:
    """Mint an organisation's identifier from its folded name and country, where no authority gave one.

    Examples
    --------
    >>> organisation("ACME  Robotics, Inc.") == organisation("Acme Robotics Inc")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return mint("org", " ".join(re.sub(r"[^\w]+", " ", folded).split()), country.upper())


def person(document: str, role: str, name: str) -> str:
    """Mint a person's identifier within one document: a name alone never joins two people.

    Examples
    --------
    >>> person("doi:10.5555/a", "author", "Li Wei") == person("doi:10.5555/b", "author", "Li Wei")
    False
    """
    return mint("person", document, role, name)
