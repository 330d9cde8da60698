"""Tables of networks, one noun a file."""
