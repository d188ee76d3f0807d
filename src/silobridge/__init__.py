"""One knowledge graph over papers, patents and industrial documents, and the bridges between them."""

__version__ = "0.1.0"
