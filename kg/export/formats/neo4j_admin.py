"""Neo4j's offline import: CSV files, the command that imports them, and the schema."""

from silobridge.kg.servers.neo4j_import import write as write

TITLE = "files for neo4j-admin and import.sh"
FOLDER = True
