"""Pages of networks, one noun a file."""
