"""Offices that people can call if the portal cannot help."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.foundation.bilingual import choose_language


class ContactRoute(models.Model):
    """One office: its numbers and hours, with their source. An agency verifies them before use."""

    code = models.CharField(max_length=40, unique=True)
    name_en = models.CharField(max_length=120)
    name_es = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    phone_abroad = models.CharField(max_length=40, blank=True)
    phone_tty = models.CharField(max_length=40, blank=True)
    hours_en = models.CharField(max_length=200, blank=True)
    hours_es = models.CharField(max_length=200, blank=True)
    takes_untimely_requests = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    is_verified = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return choose_language(en=self.name_en, es=self.name_es)

    @property
    def hours(self) -> str:
        return choose_language(en=self.hours_en, es=self.hours_es)
