"""One hash for one graph, whatever store it lay in.

It promises equal hashes for equal graphs: blank nodes are named as RDFC-1.0 names them, and a number is
written in its canonical form, because stores may write 0.8 as 8.0E-1. It refuses to overlook anything else.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Literal, Triple

_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"


def canonical_lines(triples: "Iterable[Triple]") -> list[str]:
    """Return the canonical N-Triples lines of a graph, in code-point order.

    Parameters
    ----------
    triples
        Terms of pyoxigraph.
    """
    from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, Quad

    def plain(triple: "Triple") -> Quad:
        """Write a triple's number in its canonical form."""
        value = triple.object
        return Quad(triple.subject, triple.predicate, _number(value) if isinstance(value, Literal) else value)

    dataset = Dataset(plain(triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad.triple} ." for quad in dataset)


def canonical_hash(triples: "Iterable[Triple]") -> str:
    """Hash a graph's canonical lines.

    Examples
    --------
    >>> from pyoxigraph import parse, RdfFormat
    >>> one, two = (
    ...     [quad.triple for quad in parse(f'<urn:a> <urn:b> "{number}"^^<{_DOUBLE}> .', format=RdfFormat.N_TRIPLES)]
    ...     for number in ("0.8", "8.0E-1")
    ... )
    >>> canonical_hash(one) == canonical_hash(two)
    True
    """
    digest = sha256()
    for line in canonical_lines(triples):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _number(value: "Literal") -> "Literal":
    from pyoxigraph import Literal

    if value.datatype.value != _DOUBLE:
        return value
    mantissa, _, exponent = f"{float(value.value):.15E}".partition("E")
    digits = mantissa.rstrip("0")
    return Literal(f"{digits}{'0' if digits.endswith('.') else ''}E{int(exponent)}", datatype=value.datatype)
