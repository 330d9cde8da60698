"""Plain Python: what a questionnaire is, which questions are shown, which groups are hidden."""
