"""Diagnosis: what is missing and who can give it; today the passport of a lead school."""
