"""Tables as files: csv and xlsx writers and the answers that carry them."""
