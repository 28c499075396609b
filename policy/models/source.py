"""Where a dated rule was published."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.foundation.bilingual import choose_language


class SourcedRule(models.Model):
    """Columns of a dated rule whose source people read next to a refusal. `source` is in English."""

    source = models.CharField(_("Source"), max_length=300)
    source_es = models.CharField(
        _("Source in Spanish"), max_length=300, blank=True, default="", db_default=""
    )
    source_url = models.CharField(
        _("Address of the source"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[
            URLValidator(schemes=["https"], message=_("Enter a web address that starts with https://."))
        ],
    )

    class Meta:
        abstract = True

    @property
    def source_text(self) -> str:
        """The source in the active language, or in English if it was not translated."""
        return choose_language(en=self.source, es=self.source_es or self.source)
