"""The audit log: who, when, what, old and new. Services call ``record`` or ``record_bulk`` inside their transaction."""
