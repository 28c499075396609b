"""Tools that every app may use and that import no other part of the portal."""
