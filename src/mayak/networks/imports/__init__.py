"""Tables that networks read."""
