"""What the shell does for every request: headers, limits of heavy use."""
