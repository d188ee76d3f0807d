"""How time and memory grow with the graph, on made graphs of ten thousand to a million concepts."""
