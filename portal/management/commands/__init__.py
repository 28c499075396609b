"""Commands on the installation: prepare the database, check parts, texts and translations."""
