"""Tags and filters of the templates: dates, pages, facts of the installation."""
