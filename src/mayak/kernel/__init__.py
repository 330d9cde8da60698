"""What every app stands on and what knows nothing of schools: access, audit, jobs, files, findings, interface."""
