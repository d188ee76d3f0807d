"""One knowledge graph over papers, patents and industrial documents, and the bridges between them.

    import silobridge

    with silobridge.open("my.kg") as graph:
        graph.bridges("computer science", "nace:C30").to_pandas()

It promises a small public surface that costs nothing to import. It refuses to import anything heavy
before it is used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from silobridge.facade import Graph, demo, open
    from silobridge.kg.errors import SilobridgeError

__version__ = "0.1.0"

__all__ = ["Graph", "SilobridgeError", "__version__", "demo", "open"]


def __getattr__(name: str) -> Any:
    if name in ("Graph", "demo", "open"):
        from silobridge import facade

        return getattr(facade, name)
    if name == "SilobridgeError":
        from silobridge.kg.errors import SilobridgeError

        return SilobridgeError
    raise AttributeError(f"module 'silobridge' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
