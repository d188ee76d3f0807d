"""Reaching a Neo4j server: address, credentials, version, and what its errors mean.

It promises that a server that refuses, is missing or is too old is told in one sentence with a next step,
and that credentials come from the environment. It refuses passwords in addresses, which end in histories
and logs.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from silobridge.kg.errors import GraphError, MissingExtra, SilobridgeError, UsageError

if TYPE_CHECKING:
    import neo4j

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
OLDEST = 5
"""The first major version whose Cypher the push speaks."""

RETRY_SECONDS = 30.0
"""How long the driver repeats a transaction that failed for a passing reason."""


@contextmanager
def connect(url: str, database: str = "") -> Iterator["neo4j.Session"]:
    """Lend a session on a server, its bookmarks chained, and say clearly why there is none.

    Parameters
    ----------
    url
        ``neo4j://``, ``bolt://``, or with ``+s`` for TLS, or ``+ssc`` for TLS with a self-signed certificate.
    database
        The database's name; empty for the user's home database.

    Raises
    ------
    UsageError
        If the address holds a password, or is none.
    MissingExtra
        If the driver is not installed.
    GraphError
        If the server cannot be used: gone, password refused, no such database, too old.
    """
    driver = _driver(url)
    with driver, told(url, database):
        driver.verify_connectivity()
        check_version(driver.get_server_info().agent, url)
        with driver.session(database=database or None) as session:
            session.run("RETURN 1").consume()
            yield session


def _driver(url: str) -> "neo4j.Driver":
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise UsageError(
            f"{url!r} is no address of a Neo4j server", expected="neo4j://HOST or neo4j+s://HOST"
        )
    if parts.password is not None or parts.username is not None:
        raise UsageError(
            "the address holds a user or a password, which ends in histories and logs",
            where=f"{parts.scheme}://{parts.hostname}",
            hint="set SILOBRIDGE_NEO4J_USER and SILOBRIDGE_NEO4J_PASSWORD instead",
        )
    try:
        import neo4j
    except ImportError as error:
        raise MissingExtra("neo4j", "neo4j") from error
    # What it retries it would also print; what it cannot mend is told by `told`.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    with told(url, ""):
        return neo4j.GraphDatabase.driver(
            url,
            auth=_credentials(),
            connection_timeout=10.0,
            connection_acquisition_timeout=30.0,
            max_transaction_retry_time=RETRY_SECONDS,
            notifications_min_severity="OFF",
            user_agent="silobridge",
        )


def _credentials() -> Any:
    import neo4j

    token = os.environ.get("SILOBRIDGE_NEO4J_TOKEN")
    if token:
        return neo4j.bearer_auth(token)
    password = os.environ.get("SILOBRIDGE_NEO4J_PASSWORD")
    return (os.environ.get("SILOBRIDGE_NEO4J_USER", "neo4j"), password) if password else None


def check_version(agent: str, url: str) -> None:
    """Refuse a server whose version is too old.

    Raises
    ------
    GraphError
        If it is.

    Examples
    --------
    >>> check_version("Neo4j/5.26.16", "bolt://db")
    >>> check_version("Neo4j/4.4.40", "bolt://db")
    Traceback (most recent call last):
    ...
    silobridge.kg.errors.GraphError: bolt://db: the server is Neo4j/4.4.40
      expected  Neo4j 5 or newer
      hint      upgrade the server, or start one: tools/servers/neo4j.py or compose.yaml
    """
    name, _, version = agent.partition("/")
    major = version.partition(".")[0]
    if name == "Neo4j" and major.isdigit() and int(major) < OLDEST:
        raise GraphError(
            f"the server is {agent}",
            where=url,
            expected=f"Neo4j {OLDEST} or newer",
            hint="upgrade the server, or start one: tools/servers/neo4j.py or compose.yaml",
        )


@contextmanager
def told(url: str, database: str) -> Iterator[None]:
    """Turn the driver's errors into ours: what was found, and what to do."""
    from neo4j import exceptions

    try:
        yield
    except (exceptions.DriverError, exceptions.Neo4jError) as error:
        raise _translate(error, url, database) from error


def _translate(error: Exception, url: str, database: str) -> SilobridgeError:
    from neo4j import exceptions

    code = getattr(error, "code", None) or ""
    first = (getattr(error, "message", None) or str(error) or type(error).__name__).splitlines()[0][:300]
    if code.endswith("AuthenticationRateLimit"):
        return GraphError(
            "the server refuses further logins after several wrong ones", where=url, hint="wait a minute"
        )
    if isinstance(error, exceptions.AuthError | exceptions.TokenExpired):
        return GraphError(
            "the server refuses the user, the password or the token",
            where=url,
            hint="set SILOBRIDGE_NEO4J_USER and SILOBRIDGE_NEO4J_PASSWORD, or SILOBRIDGE_NEO4J_TOKEN",
        )
    if code.endswith("DatabaseNotFound"):
        return GraphError(
            f"the server has no database {database!r}",
            where=url,
            hint="SHOW DATABASES lists them (Community has one, neo4j); without --database it is the user's own",
        )
    if code.endswith(("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError", "OutOfMemoryError")):
        return GraphError(
            "the server has too little memory for one batch",
            where=url,
            hint="raise dbms.memory.transaction.total.max or the heap, and run the same command again",
        )
    if isinstance(
        error, exceptions.ServiceUnavailable | exceptions.SessionExpired | exceptions.IncompleteCommit
    ):
        return GraphError(
            f"the server does not answer, or went away: {first}",
            where=url,
            hint="check that it runs, and the address (+s means TLS); run the same command again, and it goes on",
        )
    return GraphError(f"the server refused: {first}", where=url, expected=code)
