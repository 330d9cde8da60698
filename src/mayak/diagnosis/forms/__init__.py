"""Forms of diagnosis, one file per noun."""
