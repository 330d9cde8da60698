"""Forms of surveys, one file per noun."""
