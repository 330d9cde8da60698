"""Who may do what in surveys: predicates, one file per noun."""
