"""Pages of no app: home, help, language, session, health and errors."""
