"""Issue access codes and representative passcodes. Each comes once, in a letter to print."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import AccessCode, RepresentativePasscode, User
from accounts.services import access_codes, passcodes
from appointments.notices.code_letter import CodeLetter, render_code_letter, render_passcode_letter
from appointments.staff.forms import LetterForm
from appointments.staff.views.case_context import StaffCaseContext, staff_case_view


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of letter: how its code is issued, how it is rendered, and the texts of its page."""

    issue: Callable[..., tuple[str, AccessCode | RepresentativePasscode]]
    render: Callable[[CodeLetter], bytes]
    filename: str
    title: Promise
    intro: Promise
    button: Promise


ACCESS_CODE = Letter(
    issue=access_codes.issue_for_staff,
    render=render_code_letter,
    filename="access-code-letter.pdf",
    title=gettext_lazy("New Online Access Code"),
    intro=gettext_lazy(
        "You can download the letter only once. No one can look up the code later. Earlier unused codes stop "
        "working now."
    ),
    button=gettext_lazy("Issue the code and download the letter"),
)
PASSCODE = Letter(
    issue=passcodes.issue_for_staff,
    render=render_passcode_letter,
    filename="representative-passcode.pdf",
    title=gettext_lazy("New representative passcode"),
    intro=gettext_lazy(
        "Use this for a representative who sent a signed Form G-28. You can download the letter only once. "
        "No one can look up the passcode later. Earlier unused passcodes stop working now."
    ),
    button=gettext_lazy("Issue the passcode and download the letter"),
)


@staff_case_view
def issue_access_code(staff_case: StaffCaseContext) -> HttpResponse:
    """Download a letter with a new Online Access Code for the case."""
    return _issue(staff_case, ACCESS_CODE)


@staff_case_view
def issue_passcode(staff_case: StaffCaseContext) -> HttpResponse:
    """Download a letter with a new passcode for a representative on the case."""
    return _issue(staff_case, PASSCODE)


def _issue(staff_case: StaffCaseContext, letter: Letter) -> HttpResponse:
    staff_case.check_can_act()
    form = LetterForm(staff_case.request.POST or None, initial={"language": User.Language.ENGLISH})
    if not form.is_valid():
        return staff_case.render_form(
            form, title=str(letter.title), intro=str(letter.intro), button=str(letter.button)
        )
    code, row = letter.issue(actor=staff_case.user, case=staff_case.case)
    document = letter.render(
        CodeLetter.for_case(
            staff_case.case,
            code=code,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            language=form.cleaned_data["language"],
        )
    )
    return _build_download(document, letter.filename)


def _build_download(document: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response
