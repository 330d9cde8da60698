"""Files that people load into diagnosis, one file per noun."""
