"""Choosing the form of an answer from what a client accepts.

It promises the server's preference among equals, as RFC 9110 orders them. It refuses to guess when nothing
fits.
"""

RESULTS = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""Media types of rows and of yes or no, the preferred first."""

GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "text/plain": "nt",
}
"""Media types of triples, the preferred first."""

LONGEST = 4096
"""Characters of an Accept header that are read."""


def choose(accept: str, offered: dict[str, str]) -> str:
    """Return the offered media type that a client likes best, or an empty string.

    Parameters
    ----------
    accept
        The Accept header; empty accepts everything.
    offered
        Media types, the preferred first.

    Examples
    --------
    >>> choose("text/csv;q=0.5, application/*", RESULTS)
    'application/sparql-results+json'
    >>> choose("text/html", RESULTS)
    ''
    """
    wishes = [_wish(part) for part in accept[:LONGEST].split(",") if part.strip()] or [("*/*", 1.0)]
    best, most = "", 0.0
    for kind in offered:
        liking = max(
            (
                (_closeness(pattern, kind), quality)
                for pattern, quality in wishes
                if _closeness(pattern, kind)
            ),
            default=(0, 0.0),
        )[1]
        if liking > most:
            best, most = kind, liking
    return best


def _wish(part: str) -> tuple[str, float]:
    pattern, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return pattern.lower(), min(1.0, max(0.0, float(value)))
            except ValueError:
                return pattern.lower(), 0.0
    return pattern.lower(), 1.0


def _closeness(pattern: str, kind: str) -> int:
    if pattern == kind:
        return 3
    if pattern == kind.partition("/")[0] + "/*":
        return 2
    return 1 if pattern == "*/*" else 0
