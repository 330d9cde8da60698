"""Settings, addresses and checks of the whole site."""
