"""Results and answers as files."""
