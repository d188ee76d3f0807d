"""What a graph shows to a browser or to another program over HTTP, on this machine only."""
