"""Answers to “Was this page helpful?”."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_COMMENT = 2_000


class Feedback(models.Model):
    """One answer. It names the page but neither the reader nor an address with an id, to stay anonymous."""

    class Page(models.TextChoices):
        HELP = "help", _("Help and rules")
        RECEIPT = "receipt", _("Receipt of a reschedule")

    page = models.CharField(_("Page"), max_length=20, choices=Page.choices)
    is_helpful = models.BooleanField(_("Helpful"))
    comment = models.CharField(_("Comment"), blank=True, max_length=LONGEST_COMMENT)
    language = models.CharField(_("Language"), max_length=10)
    created_at = models.DateTimeField(_("Received"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("Feedback on pages")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"feedback {self.pk}"
