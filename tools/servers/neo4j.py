"""Start and stop a real Neo4j Community of one's own, from Maven's artefacts.

It promises a server on 127.0.0.1 with its own folder, port, configuration and password. It refuses to
touch an installed Neo4j. Neo4j Community is GPLv3: it runs beside this project and is never shipped with it.

    python tools/servers/neo4j.py start --folder F [--port 7687] [--tls]     prints the address
    python tools/servers/neo4j.py stop --folder F
    python tools/servers/neo4j.py admin F WORDS…                     neo4j-admin on that folder

The password is SILOBRIDGE_NEO4J_PASSWORD on the first start, or a random one; it lies in F/password. With --tls the
server speaks TLS only, with a certificate of its own that signs itself: F/certificates/bolt/public.crt.
"""

import os
import secrets
import subprocess
import sys
from functools import partial
from pathlib import Path

from _process import listens, program, resolve, run, start

VERSION = "5.26.16"
HANDSHAKE = bytes.fromhex("6060b017" + "00000405" + "00000004" + "00000000" * 2)
OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
]


def jars() -> str:
    """Return the classpath of the server, resolved once."""
    artefacts = [f"org.neo4j:neo4j:{VERSION}", f"org.neo4j.app:neo4j-server:{VERSION}"]
    return str(resolve(f"neo4j-{VERSION}", artefacts) / "*")


def admin(folder: Path, words: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run Neo4j's administration tool on a server's folder, as `neo4j-admin` does."""
    command = [program("java"), *memory(), *OPENS, "-cp", jars(), "org.neo4j.cli.AdminTool", *words]
    environment = os.environ | {"NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    return subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603


def memory() -> list[str]:
    """Return the heap's bounds for Java: `SILOBRIDGE_NEO4J_HEAP`, or 768 MB."""
    return [f"-Xmx{os.environ.get('SILOBRIDGE_NEO4J_HEAP', '768m')}"]


def encrypt(folder: Path) -> dict[str, str]:
    """Make a certificate for this machine that signs itself, once, and return the settings that use it."""
    place = folder / "certificates" / "bolt"
    if not (place / "public.crt").exists():
        place.mkdir(parents=True, exist_ok=True)
        command = [
            program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
            "-keyout", str(place / "private.key"), "-out", str(place / "public.crt"),
            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own words)
    return {
        "dbms.ssl.policy.bolt.enabled": "true",
        "dbms.ssl.policy.bolt.base_directory": "certificates/bolt",
        "dbms.ssl.policy.bolt.private_key": "private.key",
        "dbms.ssl.policy.bolt.public_certificate": "public.crt",
        "dbms.ssl.policy.bolt.client_auth": "NONE",
        "server.bolt.tls_level": "REQUIRED",
    }


def configure(folder: Path, port: int, *, tls: bool = False) -> None:
    """Write the server's own configuration and, before its first start, its password."""
    (folder / "conf").mkdir(exist_ok=True)
    settings = {
        "server.directories.data": "data",
        "server.directories.logs": "logs",
        "server.default_listen_address": "127.0.0.1",
        "server.default_advertised_address": "127.0.0.1",
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.usage_report.enabled": "false",
        "server.memory.pagecache.size": "256m",
        "db.tx_log.rotation.retention_policy": "1 files",
    }
    settings |= encrypt(folder) if tls else {}
    lines = [f"{name}={value}" for name, value in sorted(settings.items())]
    (folder / "conf" / "neo4j.conf").write_text("\n".join(lines) + "\n", "utf-8")
    secret = folder / "password"
    if secret.exists():
        return
    password = os.environ.get("SILOBRIDGE_NEO4J_PASSWORD") or secrets.token_urlsafe(18)
    done = admin(folder, ["dbms", "set-initial-password", password])
    if done.returncode:
        sys.exit(f"the password could not be set:\n{done.stdout}{done.stderr}")
    secret.touch(0o600)
    secret.write_text(password, "utf-8")


def begin(folder: Path, port: int, *, tls: bool = False) -> str:
    """Start the server and return its address once Bolt answers."""
    configure(folder, port, tls=tls)
    place = [f"--home-dir={folder}", f"--config-dir={folder / 'conf'}"]
    entry = [
        *memory(),
        *OPENS,
        "-cp",
        jars(),
        "org.neo4j.server.CommunityEntryPoint",
        *place,
    ]
    trusted = str(folder / "certificates" / "bolt" / "public.crt") if tls else ""
    start(folder, [program("java"), *entry], lambda: listens(port, HANDSHAKE, 4, trusted))
    return f"neo4j{'+ssc' if tls else ''}://127.0.0.1:{port}"


def administer(folder: Path, words: list[str]) -> int:
    """Run the administration tool on a server that does not run, and return its exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    configure(folder, 7687)
    done = admin(folder, words)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["admin"]:
        sys.exit(administer(Path(sys.argv[2]).resolve(), sys.argv[3:]))
    tls = "--tls" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--tls"]
    run("Neo4j", 7687, partial(begin, tls=tls))
