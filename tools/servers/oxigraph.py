"""Start and stop an Oxigraph server of one's own, from the `oxigraph` wheel.

It promises a SPARQL 1.1 server on 127.0.0.1, its triples in the folder it was given. It refuses to touch
the embedded view of a graph: two processes cannot write one store.

    python tools/servers/oxigraph.py start --folder F [--port 7878]     prints the address
    python tools/servers/oxigraph.py stop --folder F
"""

from pathlib import Path

from _process import listens, program, run, start


def begin(folder: Path, port: int) -> str:
    """Start the server and return its address."""
    command = [
        program("oxigraph"),
        "serve",
        "--location",
        str(folder / "data"),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    start(folder, command, lambda: listens(port))
    return f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    run("Oxigraph", 7878, begin)
