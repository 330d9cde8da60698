"""Tables of diagnosis, one file per noun."""
