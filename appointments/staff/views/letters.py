"""Access codes and representative passcodes that staff issue: each in a letter to print, once."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import typed
from accounts.models import AccessCode, RepresentativePasscode, User
from accounts.services import access_codes, passcodes
from accounts.services.access_codes import CaseTaken
from appointments.booking.errors import CaseIsClosed
from appointments.notices.code_letter import CodeLetter, render_code_letter, render_passcode_letter
from appointments.staff.admin.staff_case_context import StaffCaseContext
from appointments.staff.forms import LetterForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of code: how it is issued and drawn, and the words of the page that asks."""

    issue: Callable[..., tuple[str, AccessCode | RepresentativePasscode]]
    draw: Callable[[CodeLetter], bytes]
    filename: str
    title: Promise
    intro: Promise
    button: Promise


ACCESS_CODE = Letter(
    issue=access_codes.issue_for_staff,
    draw=render_code_letter,
    filename="access-code-letter.pdf",
    title=gettext_lazy("New Online Access Code"),
    intro=gettext_lazy(
        "You get a letter to print, once: nobody can look the code up later. Codes that were not used stop "
        "working now."
    ),
    button=gettext_lazy("Issue the code and download the letter"),
)
PASSCODE = Letter(
    issue=passcodes.issue_for_staff,
    draw=render_passcode_letter,
    filename="representative-passcode.pdf",
    title=gettext_lazy("New representative passcode"),
    intro=gettext_lazy(
        "For a representative who sent a signed Form G-28. You get a letter to print, once: nobody can look "
        "the passcode up later. Passcodes that were not used stop working now."
    ),
    button=gettext_lazy("Issue the passcode and download the letter"),
)


def issue(staff_case: StaffCaseContext, letter: Letter) -> HttpResponse:
    """Asks for the language; POST answers with the letter."""
    staff_case.check_acting()
    form = LetterForm(staff_case.request.POST or None, initial={"language": User.Language.ENGLISH})
    if not form.is_valid():
        return staff_case.ask(
            form, title=str(letter.title), intro=str(letter.intro), button=str(letter.button)
        )
    try:
        code, row = letter.issue(actor=staff_case.user, case=staff_case.case)
    except CaseTaken:
        return staff_case.refuse(_("The case belongs to an account already and needs no code."))
    except CaseIsClosed:
        return staff_case.refuse(_("The case is closed. Nothing was changed."))
    typed.forget(staff_case.request)
    drawn = letter.draw(
        CodeLetter.for_case(
            staff_case.case,
            code=code,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            language=form.cleaned_data["language"],
        )
    )
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.filename}"'
    response["Cache-Control"] = "no-store"
    return response
