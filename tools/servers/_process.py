"""A server as a process of its own: found, started, waited for and stopped.

It promises that a server listens on 127.0.0.1 only, keeps everything in the folder it was given, and is
gone after `stop`. It refuses to stop a process that it did not start: the folder must stand in its command.
"""

import argparse
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

WAIT_SECONDS = 300.0
INSTALL = {
    "java": "apt-get install -y default-jre-headless",
    "mvn": "apt-get install -y maven",
    "oxigraph": "pip install oxigraph",
    "openssl": "apt-get install -y openssl",
}
"""How each program is had on a bare Debian."""


def cache() -> Path:
    """Return the folder where resolved servers are kept, `SILOBRIDGE_SERVERS` or one in the user's cache."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "silobridge" / "servers"
    return Path(os.environ.get("SILOBRIDGE_SERVERS") or default)


def resolve(name: str, artefacts: list[str]) -> Path:
    """Bring Maven artefacts and all they need into one cached folder, once, and return it."""
    lib = cache() / name
    if lib.exists():
        return lib
    program("mvn")
    work = lib.with_name(f".{name}-{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "pom.xml").write_text(_pom(artefacts), "utf-8")
    copy = ["mvn", "-q", "-B", "-f", "pom.xml", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
    done = subprocess.run(copy, cwd=work, capture_output=True, text=True)  # noqa: S603 (our own words)
    if done.returncode:
        shutil.rmtree(work, ignore_errors=True)
        sys.exit(f"Maven could not resolve {', '.join(artefacts)}:\n{done.stdout[-2000:]}")
    (work / "lib").rename(lib)
    shutil.rmtree(work, ignore_errors=True)
    return lib


def _pom(artefacts: list[str]) -> str:
    parts = [artefact.split(":") for artefact in artefacts]
    dependencies = "".join(
        f"<dependency><groupId>{g}</groupId><artifactId>{a}</artifactId><version>{v}</version></dependency>"
        for g, a, v in parts
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>silobridge</groupId><artifactId>servers</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def program(name: str) -> str:
    """Return the path of a program, or end with the line that installs it."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        sys.exit(f"{name} is not installed: {INSTALL[name]}")
    return found


def start(
    folder: Path, command: list[str], ready: Callable[[], bool], environment: dict[str, str] | None = None
) -> None:
    """Start a server in its folder and wait until it answers; end with its log where it does not."""
    if running(folder):
        sys.exit(f"a server is running in {folder}")
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own words)
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            env=os.environ | (environment or {}),
        )  # fmt: skip
    (folder / "server.pid").write_text(str(process.pid), "ascii")
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.1)
    stop(folder)
    end = (folder / "server.log").read_text("utf-8")[-3000:]
    sys.exit(f"the server did not answer; the end of its log:\n{end}")


def running(folder: Path) -> int:
    """Return the number of the process that serves this folder, or 0."""
    try:
        number = int((folder / "server.pid").read_text("ascii"))
        command = Path(f"/proc/{number}/cmdline").read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return 0
    return number if str(folder) in command else 0


def stop(folder: Path, wait: float = 40.0) -> None:
    """Ask the server to end, wait, and end it by force where it does not."""
    for signal_, seconds in ((signal.SIGTERM, wait), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + seconds
        number = running(folder)
        if number:
            os.kill(number, signal_)
        while running(folder) and time.monotonic() < deadline:
            time.sleep(0.05)
    (folder / "server.pid").unlink(missing_ok=True)


def listens(port: int, say: bytes = b"", answer: int = 0, trusted: str = "") -> bool:
    """Tell whether somebody listens, over TLS where a certificate is trusted, and says so many bytes when spoken to."""
    try:
        with ExitStack() as stack:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=2))
            if trusted:
                context = ssl.create_default_context(cafile=trusted)
                connection = stack.enter_context(context.wrap_socket(connection, server_hostname="localhost"))
            connection.sendall(say)
            return len(connection.recv(answer)) == answer if answer else True
    except OSError:
        return False


def run(name: str, port: int, begin: Callable[[Path, int], str]) -> None:
    """Be the command line of one server: `start` prints where it listens, `stop` ends it."""
    parser = argparse.ArgumentParser(description=f"Start and stop {name} for tests and development.")
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("--folder", type=Path, required=True, help="where it keeps everything")
    parser.add_argument("--port", type=int, default=port)
    chosen = parser.parse_args()
    folder = chosen.folder.resolve()
    if chosen.action == "start":
        folder.mkdir(parents=True, exist_ok=True)
        sys.stdout.write(begin(folder, chosen.port) + "\n")
    elif chosen.action == "stop":
        stop(folder)
    else:
        number = running(folder)
        sys.stdout.write(f"running as process {number}\n" if number else "not running\n")
