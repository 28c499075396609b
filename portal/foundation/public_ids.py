"""The two names of a row: a BigAuto key inside, a public UUID in every address."""

import uuid

from django.db import models


class PublicModel(models.Model):
    """A row that pages may name. Its public_id is unguessable and never reused."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
