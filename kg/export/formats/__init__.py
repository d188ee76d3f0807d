"""The formats a graph is exported to, one a module: TITLE, FOLDER and write(connection, out)."""
