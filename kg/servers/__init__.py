"""Servers that hold a graph for others: Neo4j over Bolt, and whatever speaks SPARQL 1.1 over HTTP."""
