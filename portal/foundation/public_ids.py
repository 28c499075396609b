"""Give rows a public identifier for URLs, apart from the primary key."""

import uuid

from django.db import models


class PublicModel(models.Model):
    """A row that URLs can name. Its public_id cannot be guessed and is never reused."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
