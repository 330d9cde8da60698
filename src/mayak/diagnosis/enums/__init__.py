"""Words of diagnosis, one file per noun."""
