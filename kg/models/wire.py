"""One HTTP exchange with a server that may hang, drip, redirect, flood or lie.

It promises an end within the seconds given, at most so many bytes, and errors that never repeat the key. It refuses
redirects (the key would follow), proxies, and to send a key in clear to another machine.
"""

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from silobridge.kg.errors import ModelUnreachable, UsageError

MOST_BYTES = 4 << 20
HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Reply:
    """What a server said: the status, the seconds it asks to wait (-1 where it asks none), and the body."""

    status: int
    wait: float
    body: bytes


class Transient(Exception):  # noqa: N818 - what may go away by itself, told to the caller who counts the tries
    """A failure that another try may not meet."""


def check_url(url: str, key: str) -> None:
    """Refuse an address that is no plain http(s) address, or that a key must not be sent to.

    Raises
    ------
    UsageError
        With what would be right.

    Examples
    --------
    >>> check_url("http://127.0.0.1:8080/v1", "secret")
    >>> check_url("http://example.org/v1", "secret")
    Traceback (most recent call last):
    silobridge.kg.errors.UsageError: http://example.org/v1: a key would travel in clear
      expected  https, or a server on this machine
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise UsageError("no address of a model server", where=parts.scheme + "://" + (parts.hostname or ""),
                         expected="http(s)://HOST[:PORT]/PATH without user or query")  # fmt: skip
    if key and parts.scheme == "http" and parts.hostname not in HERE:
        raise UsageError(
            "a key would travel in clear", where=url, expected="https, or a server on this machine"
        )


def post(url: str, message: Mapping[str, Any], key: str, seconds: float) -> Reply:
    """Send one JSON message and return the reply, whatever its status.

    Raises
    ------
    Transient
        If the connection is refused, breaks, or no complete reply came in time.
    ModelUnreachable
        If the reply is too large.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    late = threading.Event()
    held: list[socket.socket] = []

    def cut() -> None:
        """End an exchange that goes on byte by byte."""
        late.set()
        for one in held:
            # Where it had ended by itself there is nothing to end.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(seconds, cut)
    clock.daemon = True
    clock.start()
    try:
        connection.connect()
        # The connection lets go of its socket once the reply begins, and then could not be ended any more.
        held.append(connection.sock)
        connection.request("POST", parts.path or "/", json.dumps(message).encode(), headers)
        response = connection.getresponse()
        body = response.read(MOST_BYTES + 1)
        length = response.getheader("Content-Length") or ""
        wait = _seconds(response.getheader("Retry-After") or "")
    except (OSError, http.client.HTTPException) as error:
        reason = (
            f"no whole answer within {seconds:g} s"
            if late.is_set() or isinstance(error, TimeoutError)
            else ""
        )
        raise Transient(reason or f"{type(error).__name__}: {_first_words(str(error), key)}") from error
    finally:
        clock.cancel()
        connection.close()
    if late.is_set():
        raise Transient(f"no whole answer within {seconds:g} s")
    if length.isdigit() and len(body) < min(int(length), MOST_BYTES):
        raise Transient(f"the answer broke off after {len(body)} of {length} bytes")
    if len(body) > MOST_BYTES:
        raise ModelUnreachable(
            f"the answer is larger than {MOST_BYTES >> 20} MiB", where=url, hint="is this a model server?"
        )
    return Reply(response.status, wait, body)


def _seconds(header: str) -> float:
    """Read Retry-After given in seconds; a date, or nothing, gives -1."""
    return float(header) if header.strip().isdigit() else -1.0


def _first_words(text: str, key: str) -> str:
    """Shorten a stranger's words to one line for an error, the key taken out.

    Examples
    --------
    >>> _first_words("<html> your key   is sk-1", "sk-1")
    '<html> your key is ***'
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join((shown.replace(key, "***") if key else shown).split())[:160]


def quoted(body: bytes, key: str) -> str:
    """Give the beginning of a body for an error message, the key taken out."""
    return _first_words(body[:4000].decode("utf-8", "replace"), key)
