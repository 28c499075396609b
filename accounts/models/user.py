"""Accounts of requestors, representatives and staff."""

from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.units import StaffPowers, Unit
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel
from portal.foundation.text_normalization import normalize_password

PHONE_PATTERN = r"^\+[1-9][0-9]{6,14}$"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, kind=User.Kind.STAFF, is_staff=True, is_superuser=True, **fields
        )


class User(PublicModel, AbstractBaseUser, PermissionsMixin):
    """The account of one person, who signs in by email. `kind` is one of three roles."""

    class Kind(models.TextChoices):
        REQUESTOR = "requestor", _("Applicant or petitioner")
        REPRESENTATIVE = "representative", _("Attorney or accredited representative")
        STAFF = "staff", _("Staff")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"

    class NotificationChannel(models.TextChoices):
        EMAIL = "email", _("Email")
        TEXT = "text", _("Text message")
        BOTH = "both", _("Email and text message")

    email = models.EmailField(_("Email address"), max_length=254, unique=True)
    name = models.CharField(_("Full name"), max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.REQUESTOR)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    phone = models.CharField(max_length=16, blank=True, help_text="In E.164, like +14155550132.")
    phone_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the code that was texted to this number was entered."
    )
    notification_channel = models.CharField(
        max_length=5, choices=NotificationChannel.choices, default=NotificationChannel.EMAIL
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(db_default=DatabaseNow())
    deleted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the account was deleted. The row stays for rows that point at it.",
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["email"], condition=Q(kind="staff"), name="user_staff_by_email"),
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                condition=Q(kind="representative"),
                name="user_representative_trigrams",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(
                condition=Q(kind__in=["requestor", "representative", "staff"]), name="user_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(is_staff=False) | Q(kind="staff"), name="user_only_staff_enter_the_admin"
            ),
            models.CheckConstraint(condition=Q(language__in=["en", "es"]), name="user_language_known"),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=PHONE_PATTERN), name="user_phone_in_e164"
            ),
            models.CheckConstraint(
                condition=Q(notification_channel="email")
                | (Q(notification_channel__in=["text", "both"]) & ~Q(phone="")),
                name="user_notification_channel_text_has_a_phone",
            ),
            models.CheckConstraint(
                condition=Q(phone_confirmed_at=None) | ~Q(phone=""), name="user_confirmed_phone_is_there"
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(is_active=False, phone="", last_login=None),
                name="user_deleted_is_blank",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.public_id}"

    def set_password(self, raw_password: str | None) -> None:
        """Hash the password in NFKC, so that every keyboard's way of sending it matches."""
        super().set_password(None if raw_password is None else normalize_password(raw_password))

    def check_password(self, raw_password: str) -> bool:
        """Return whether this is the password. Hashes made before passwords were normalized match as typed.

        An old hash stays as it is: a new one would end the session that confirms its password.
        """
        normalized = normalize_password(raw_password)
        if super().check_password(normalized):
            return True
        return normalized != raw_password and super().check_password(raw_password)

    def get_full_name(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name for pages. For a deleted account, a text that says so."""
        return self.name or gettext("a deleted account")

    @cached_property
    def powers(self) -> StaffPowers:
        """What the account can do as staff; nothing unless it is active staff. One statement, cached.

        Services read the account again before they rely on this.
        """
        if not (self.is_active and self.is_staff):
            return StaffPowers()
        names = self.groups.filter(name__in=[unit.value for unit in Unit]).values_list("name", flat=True)
        return StaffPowers(frozenset(map(Unit, names)), is_superuser=self.is_superuser)

    @property
    def prefers_texts(self) -> bool:
        """Whether the account asked for text messages."""
        return self.notification_channel != self.NotificationChannel.EMAIL

    @property
    def receives_texts(self) -> bool:
        """Whether the account asked for text messages and its number is confirmed."""
        return self.prefers_texts and self.phone_confirmed_at is not None

    @property
    def is_representative(self) -> bool:
        return self.kind == self.Kind.REPRESENTATIVE
