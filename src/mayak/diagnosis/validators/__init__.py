"""Rules of diagnosis for single values, one file per noun."""
