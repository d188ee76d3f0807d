"""Telling a question from a command, by reading it as its language reads it.

It promises that words inside strings, names and comments never count, and that a query which would write,
load from elsewhere or call a procedure is refused before it reaches an engine. It refuses spellings that
could hide a word.
"""

import re
from collections.abc import Iterator

from silobridge.kg.errors import QueryRejected

_SPARQL = re.compile(
    r"""
    (?P<skip> \#[^\n\r]* | <[^<>"{}|^`\\\x00-\x20]*>
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
      | [?$]\w+ | (?:[^\W\d_][\w.\-]*)?:(?:[\w.\-:%]|\\.)* | @[A-Za-z\-]+ | _:\w+ )
    | (?P<word> [^\W\d]\w* ) | (?P<escape> \\u|\\U ) | .
    """,
    re.VERBOSE | re.DOTALL,
)
_CYPHER = re.compile(
    r"""
    (?P<skip> //[^\n\r]* | /\*.*?\*/ | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | `(?:[^`]|``)*`
      | \$\w+ | \.\s*[^\W\d]\w* )
    | (?P<word> [^\W\d]\w* ) | (?P<escape> \\u|\\U ) | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)
LONGEST = 1 << 20
"""Characters of a query that are read; the endpoint counts bytes and refuses by the length announced."""

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_WRITES = {
    "CREATE",
    "MERGE",
    "SET",
    "DELETE",
    "DETACH",
    "REMOVE",
    "DROP",
    "FOREACH",
    "LOAD",
    "ALTER",
    "GRANT",
    "REVOKE",
}


def check_sparql(text: str) -> None:
    """Let a SPARQL query pass that only reads this graph.

    Raises
    ------
    QueryRejected
        If it is an update, asks another server (SERVICE), spells words with escapes, or is too long.

    Examples
    --------
    >>> check_sparql('SELECT ?service { ?service ?p "SERVICE <x> {}" } # SERVICE')
    >>> check_sparql("SELECT * { SERVICE <http://x> { ?s ?p ?o } }")
    Traceback (most recent call last):
    silobridge.kg.errors.QueryRejected: the query would ask another server: SERVICE
      hint      queries read this graph only
    """
    words = list(_words(_SPARQL, text))
    form = next((word for word in words if word in _FORMS | _UPDATES), "")
    if form in _UPDATES:
        raise QueryRejected(f"the query would write: {form}", hint="queries here only read")
    if "SERVICE" in words:
        raise QueryRejected(
            "the query would ask another server: SERVICE", hint="queries read this graph only"
        )


def check_cypher(text: str) -> None:
    """Let a Cypher query pass that only reads this graph.

    Raises
    ------
    QueryRejected
        If it has a clause that writes, loads a file, or calls a procedure, or is too long.

    Examples
    --------
    >>> check_cypher("MATCH (n:`Set` {note: 'DELETE me'}) WHERE n.set = 1 RETURN n // CREATE")
    >>> check_cypher("MATCH (n) /* harmless */ dEtAcH DELETE n")
    Traceback (most recent call last):
    silobridge.kg.errors.QueryRejected: the query would write: DETACH
      expected  a query that only reads
      hint      a name that is also a clause goes between backticks: `detach`
    """
    words = list(_words(_CYPHER, text))
    for place, word in enumerate(words):
        if word in _WRITES:
            raise QueryRejected(
                f"the query would write: {word}",
                expected="a query that only reads",
                hint=f"a name that is also a clause goes between backticks: `{word.lower()}`",
            )
        if word == "CALL" and (place + 1 == len(words) or words[place + 1] not in ("{", "(")):
            raise QueryRejected(
                "the query calls a procedure", expected="MATCH … RETURN, or CALL { a subquery }"
            )


def _words(language: re.Pattern[str], text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        raise QueryRejected(
            f"the query is {len(text):,} characters long",
            expected=f"no more than {LONGEST:,}",
            hint="shorten its lists, or load them as documents and ask about those",
        )
    for match in language.finditer(text):
        if match.lastgroup == "escape":
            raise QueryRejected(
                "the query spells something with \\u outside a string", hint="write the letter itself"
            )
        if match.lastgroup == "word" or (match.lastgroup == "mark" and not match.group().isspace()):
            yield match.group().upper()
