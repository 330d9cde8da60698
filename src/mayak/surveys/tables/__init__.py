"""Tables of surveys, one file per noun."""
