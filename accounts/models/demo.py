"""The sample people of a demonstration database."""

from django.db import models

from accounts.models.user import User
from portal.foundation.bilingual import choose_language


class DemoPersona(models.Model):
    """One sample person, with one-click sign-in. Production has neither these rows nor the route."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="demo_persona")
    position = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=120)
    title_es = models.CharField(max_length=120)
    about_en = models.CharField(max_length=300)
    about_es = models.CharField(max_length=300)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title_en

    @property
    def title(self) -> str:
        return choose_language(en=self.title_en, es=self.title_es)

    @property
    def about(self) -> str:
        return choose_language(en=self.about_en, es=self.about_es)
