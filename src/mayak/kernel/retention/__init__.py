"""How long data of each kind are kept: the terms are data, each app says how its kind is counted and deleted."""
