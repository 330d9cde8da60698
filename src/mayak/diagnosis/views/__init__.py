"""Pages of diagnosis, one file per noun."""
