"""A chat server on this machine that misbehaves in the ways that servers do."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def envelope(content: Any, tokens: int | None = 50) -> bytes:
    """What an OpenAI-compatible server sends around an answer."""
    usage = {"total_tokens": tokens} if tokens is not None else {}
    return json.dumps(
        {"choices": [{"message": {"role": "assistant", "content": content}}], "usage": usage}
    ).encode()


@dataclass
class Script:
    """What the server does, call by call; the last step is repeated."""

    steps: list[Callable[[BaseHTTPRequestHandler], None]]
    seen: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


def says(content: Any, tokens: int | None = 50) -> Callable[[BaseHTTPRequestHandler], None]:
    text = content if isinstance(content, str | type(None)) else json.dumps(content, ensure_ascii=False)
    return sends(200, envelope(text, tokens))


def sends(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return step


def hangs(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


def drips(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def floods(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x" * (1 << 16))


def echoes_the_key(handler: BaseHTTPRequestHandler) -> None:
    sends(401, f"bad key {handler.headers['Authorization']}".encode())(handler)


@contextmanager
def serving(*steps: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Script]:
    """Serve those steps on a free port."""
    script = Script(list(steps))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            step = script.steps[min(len(script.seen), len(script.steps) - 1)]
            script.seen.append({"path": self.path, "headers": dict(self.headers), "body": sent})
            try:
                step(self)
            except OSError:
                self.close_connection = True  # The client went away, as it should.

        def log_message(self, *arguments: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
