"""Background work of diagnosis, one file per noun."""
