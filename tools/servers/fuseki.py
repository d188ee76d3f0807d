"""Start and stop an Apache Jena Fuseki of one's own, from Maven Central.

It promises a SPARQL 1.1 server with update and Graph Store Protocol on 127.0.0.1, its triples in the folder
it was given. It refuses to touch an installed Fuseki. Jena 5 is the last line that runs on Java 17.

    python tools/servers/fuseki.py start --folder F [--port 3030]     prints the address
    python tools/servers/fuseki.py stop --folder F
"""

import os
from pathlib import Path

from _process import listens, program, resolve, run, start

VERSION = "5.6.0"


def begin(folder: Path, port: int) -> str:
    """Start the server and return the address of its one dataset."""
    jar = resolve(f"fuseki-{VERSION}", [f"org.apache.jena:jena-fuseki-server:{VERSION}"])
    (folder / "data").mkdir(exist_ok=True)
    heap = os.environ.get("SILOBRIDGE_FUSEKI_HEAP", "768m")
    command = [
        program("java"), f"-Xmx{heap}", "-jar", str(jar / f"jena-fuseki-server-{VERSION}.jar"), "--tdb2",
        f"--loc={folder / 'data'}", "--update", f"--port={port}", "--localhost", "--ping", "/graph",
    ]  # fmt: skip
    request = b"GET /$/ping HTTP/1.0\r\n\r\n"
    start(folder, command, lambda: listens(port, request, 8), {"FUSEKI_BASE": str(folder / "base")})
    return f"http://127.0.0.1:{port}/graph"


if __name__ == "__main__":
    run("Fuseki", 3030, begin)
