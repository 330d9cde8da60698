"""Forms of networks, one noun a file."""
