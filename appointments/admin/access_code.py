"""Online Access Codes: issuing one as a letter to print, and entering one that was printed elsewhere."""

from datetime import datetime, time

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.access_codes import CaseTaken, CodeRefused, enter_for_staff, issue_for_staff
from appointments.admin.desk import Desk
from appointments.admin.forms import EnterCodeForm, LetterForm
from appointments.notices.code_letter import CodeLetter, draw_code_letter
from appointments.services.refusals import NotYours
from policy.clock import agency_zone


def issue(desk: Desk) -> HttpResponse:
    """Asks for the language; POST answers with the letter. The code stands in it and nowhere else."""
    if not desk.may_act:
        return desk.refuse_as_not_acting()
    form = LetterForm(desk.request.POST or None, initial={"language": User.Language.ENGLISH})
    if not form.is_valid():
        return desk.ask(
            form,
            title=_("New Online Access Code"),
            intro=_(
                "You get a letter to print, once: nobody can look the code up later. Codes that were not "
                "used stop working now."
            ),
            button=_("Issue the code and download the letter"),
        )
    try:
        code, row = issue_for_staff(actor=desk.user, case=desk.case)
    except NotYours:
        return desk.refuse_as_not_acting()
    except CaseTaken:
        return desk.refuse(_("The case belongs to an account already and needs no code."))
    letter = CodeLetter.for_case(
        desk.case,
        code=code,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        language=form.cleaned_data["language"],
    )
    response = HttpResponse(draw_code_letter(letter), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="access-code-letter.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def enter(desk: Desk) -> HttpResponse:
    """Takes a code that the case has on paper already."""
    if not desk.may_act:
        return desk.refuse_as_not_acting()
    form = EnterCodeForm(desk.request.POST or None)
    if form.is_valid():
        printed_at = datetime.combine(form.cleaned_data["printed_on"], time(), agency_zone())
        try:
            enter_for_staff(
                actor=desk.user, case=desk.case, code=form.cleaned_data["code"], issued_at=printed_at
            )
        except NotYours:
            return desk.refuse_as_not_acting()
        except CaseTaken:
            return desk.refuse(_("The case belongs to an account already and needs no code."))
        except CodeRefused:
            form.add_error(
                "code",
                _(
                    "This code cannot be entered. Check its sixteen characters, and that the letter is less "
                    "than 90 days old. A code can be entered only once."
                ),
            )
        else:
            return desk.go_to_case(_("The code works for this case from now on."))
    return desk.ask(
        form,
        title=_("Enter an Online Access Code"),
        intro=_("For a letter that was printed outside this portal. Codes that were not used stop working."),
        button=_("Enter the code"),
    )
