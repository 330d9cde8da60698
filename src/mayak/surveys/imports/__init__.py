"""Reading of questionnaires from files."""
