"""Small controls shared by the panels; they know the theme and nothing of the session."""
