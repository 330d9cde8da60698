"""Users, sign-in and the roles that tie a user to an organisation."""
