"""Background work as rows: owner, progress, log, result. An app registers a function; a worker runs it."""
