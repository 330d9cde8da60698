"""Files that diagnosis gives, one file per noun."""
