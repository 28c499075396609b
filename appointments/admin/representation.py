"""Representations: entering a paper Form G-28, and issuing a representative passcode as a letter to print."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.passcodes import issue_for_staff
from appointments.admin.desk import Desk
from appointments.admin.forms import LetterForm, PaperForm
from appointments.notices.code_letter import CodeLetter, draw_passcode_letter
from appointments.services.refusals import AlreadyDone, CaseIsClosed, NotInGoodStanding, NotYours
from appointments.services.representations.paper import enter_paper


def enter(desk: Desk) -> HttpResponse:
    """Takes a paper Form G-28 that both sides signed: in force at once."""
    if not desk.may_act:
        return desk.refuse_as_not_acting()
    form = PaperForm(desk.request.POST or None)
    if form.is_valid():
        try:
            enter_paper(actor=desk.user, case=desk.case, **form.cleaned_data)
        except NotYours:
            return desk.refuse_as_not_acting()
        except CaseIsClosed:
            return desk.refuse(_("The case is closed. Nothing was changed."))
        except AlreadyDone:
            return desk.refuse(_("This representative acts on the case already. Nothing was changed."))
        except NotInGoodStanding:
            form.add_error(
                "email",
                _(
                    "No verified representative’s account has this address, or the accreditation has ended. "
                    "Check the address, or have the account verified first."
                ),
            )
        else:
            return desk.go_to_case(_("The representation is in force. Both sides are told."))
    return desk.ask(
        form,
        title=_("Enter a paper Form G-28"),
        intro=_(
            "For a form that the client and the representative both signed. It is in force at once; whoever "
            "represented the client until now no longer does, and is told."
        ),
        button=_("Enter the form"),
    )


def issue_passcode(desk: Desk) -> HttpResponse:
    """Asks for the language; POST answers with the letter. The passcode stands in it and nowhere else."""
    if not desk.may_act:
        return desk.refuse_as_not_acting()
    form = LetterForm(desk.request.POST or None, initial={"language": User.Language.ENGLISH})
    if not form.is_valid():
        return desk.ask(
            form,
            title=_("New representative passcode"),
            intro=_(
                "For a representative who sent a signed Form G-28. You get a letter to print, once: nobody "
                "can look the passcode up later. Passcodes that were not used stop working now."
            ),
            button=_("Issue the passcode and download the letter"),
        )
    try:
        code, row = issue_for_staff(actor=desk.user, case=desk.case)
    except NotYours:
        return desk.refuse_as_not_acting()
    except CaseIsClosed:
        return desk.refuse(_("The case is closed. Nothing was changed."))
    letter = CodeLetter.for_case(
        desk.case,
        code=code,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        language=form.cleaned_data["language"],
    )
    response = HttpResponse(draw_passcode_letter(letter), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="representative-passcode.pdf"'
    response["Cache-Control"] = "no-store"
    return response
