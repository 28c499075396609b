"""Describe a notice to staff: to whom, and what became of its email and text message."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Message
from appointments.models import Notice
from portal.foundation.clock import agency_zone
from portal.foundation.site_time import format_instant


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice on a staff page."""

    notice: Notice
    addressee: str
    created: str
    delivery: str
    is_undelivered: bool
    read: str


def build_notice_line(notice: Notice) -> NoticeLine:
    """Describe a notice, read with addressee, messages, and the slot and site of its appointment.

    Instants are in the site's zone; in the agency's, if the notice is not about an appointment.
    """
    tz = notice.appointment.slot.site.tz if notice.appointment else agency_zone().key
    return NoticeLine(
        notice=notice,
        addressee=notice.addressee.display_name,
        created=format_instant(notice.created_at, tz),
        delivery=describe_delivery(notice.email, tz),
        is_undelivered=notice.email is not None and is_undelivered(notice.email),
        read=_("read on %(instant)s") % {"instant": format_instant(notice.read_at, tz)}
        if notice.read_at
        else _("not read in the portal yet"),
    )


def is_undelivered(message: Message) -> bool:
    """Return whether neither this message nor the text message sent with it arrived or can still arrive."""
    text = find_text(message)
    return message.state == Message.State.FAILED and (text is None or text.state == Message.State.FAILED)


def find_text(message: Message) -> Message | None:
    """Return the text message that is sent with this email. None unless the account chose both."""
    try:
        return message.text
    except Message.DoesNotExist:
        return None


def describe_delivery(message: Message | None, tz: str) -> str:
    """Say what became of the messages about a notice."""
    if message is None:
        return _("in the portal only")
    text = find_text(message)
    if text is None:
        return _describe_single(message, tz)
    both = "; ".join((_describe_email(message, tz), _describe_text(text, tz)))
    return _("%(both)s: call the person") % {"both": both} if is_undelivered(message) else both


def _describe_single(message: Message, tz: str) -> str:
    if message.channel == Message.Channel.TEXT:
        return _describe_text(message, tz)
    if message.state == Message.State.FAILED:
        delivery = _("email not delivered: call the person")
    else:
        delivery = _describe_email(message, tz)
    return _("text message not delivered") + "; " + delivery if message.text_failed_at else delivery


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
