"""Pages of surveys, one file per noun."""
