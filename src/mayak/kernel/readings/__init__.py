"""Who looked: reading what concerns one person is written down and shown to that person."""
