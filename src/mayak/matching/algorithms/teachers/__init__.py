"""Level 2: mentors for the needs of teachers. Plain Python over NumPy columns, usable without Django."""
