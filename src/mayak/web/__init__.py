"""The shell of the site: navigation, the first page, error pages."""
