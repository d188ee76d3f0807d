"""The command line `kg`. It promises one grammar, `kg VERB GRAPH …`, and refuses work at import time."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    from silobridge.cli.app import run

    run()
