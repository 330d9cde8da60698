"""Models of a network as programmes."""
