"""What staff read of a notice: its line, and what became of its email and its text message."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Message
from appointments.models import Notice
from portal.foundation.clock import agency_zone
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice: to whom, and what became of its mail."""

    notice: Notice
    addressee: str
    created: str
    mail: str
    is_undelivered: bool
    read: str


def build_notice_line(notice: Notice) -> NoticeLine:
    """A notice and its messages. Wants addressee, messages, and of an appointment the slot with its site."""
    tz = notice.appointment.slot.site.tz if notice.appointment else agency_zone().key
    return NoticeLine(
        notice=notice,
        addressee=notice.addressee.display_name,
        created=format_instant(notice.created_at, tz),
        mail=describe_mail(notice.email, tz),
        is_undelivered=notice.email is not None and is_undelivered(notice.email),
        read=_("read on %(instant)s") % {"instant": format_instant(notice.read_at, tz)}
        if notice.read_at
        else _("not read in the portal yet"),
    )


def is_undelivered(message: Message) -> bool:
    """Whether nothing that was owed with this message arrived or may still arrive."""
    text = text_beside(message)
    return message.state == Message.State.FAILED and (text is None or text.state == Message.State.FAILED)


def text_beside(message: Message) -> Message | None:
    """The text message that goes out beside this email; None unless both were chosen."""
    try:
        return message.text
    except Message.DoesNotExist:
        return None


def describe_mail(message: Message | None, tz: str) -> str:
    """What became of the messages that belong to a notice."""
    if message is None:
        return _("in the portal only")
    text = text_beside(message)
    if text is None:
        return _describe_alone(message, tz)
    both = (_describe_email(message, tz), _describe_text(text, tz))
    said = "; ".join(both)
    return _("%(both)s: call the person") % {"both": said} if is_undelivered(message) else said


def _describe_alone(message: Message, tz: str) -> str:
    if message.channel == Message.Channel.TEXT:
        return _describe_text(message, tz)
    if message.state == Message.State.FAILED:
        said = _("email not delivered: call the person")
    else:
        said = _describe_email(message, tz)
    return _("text message not delivered") + "; " + said if message.text_failed_at else said


def _describe_email(message: Message, tz: str) -> str:
    if message.state == Message.State.SENT and message.sent_at:
        return _("email sent on %(instant)s") % {"instant": format_instant(message.sent_at, tz)}
    if message.state == Message.State.FAILED:
        return _("email not delivered")
    return _("email waiting to be sent")


def _describe_text(message: Message, tz: str) -> str:
    if message.state == Message.State.SENT and message.sent_at:
        return _("text message sent on %(instant)s") % {"instant": format_instant(message.sent_at, tz)}
    if message.state == Message.State.FAILED:
        return _("text message not delivered")
    return _("text message waiting to be sent")
