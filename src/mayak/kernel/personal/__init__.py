"""Values that belong to a person: which they are, whose key hides them in the audit log, how the key is destroyed."""
