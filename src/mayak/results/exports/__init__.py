"""Files that the results give out."""
