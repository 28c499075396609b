"""Applications of representatives: the queue of those that wait, and what staff decide of one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.forms import ExtendForm, RefuseForm, VerifyForm
from accounts.models import STAGES_FOR, ApplicationAct, RepresentativeProfile
from accounts.presenters.applications import say_day, tell_application
from accounts.requests import SignedInRequest
from accounts.services import applications
from accounts.services.authority import NotYours
from policy.admin.read_only import ReadOnlyAdmin
from policy.clock import agency_day, agency_today

Stage = RepresentativeProfile.Stage
ONLY_READS = gettext_noop("Your unit reads this but does not decide. Nothing was changed.")


class StageFilter(admin.SimpleListFilter):
    """Waiting unless asked otherwise."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(stage.value, stage.label) for stage in Stage]

    def choices(self, changelist: Any) -> Any:
        """Without Django's first choice, which would be everything."""
        return list(super().choices(changelist))[1:]

    def value(self) -> str:
        return super().value() or Stage.WAITING.value

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.at_stage(self.value()) if self.value() in Stage.values else queryset.none()  # type: ignore[attr-defined]


@admin.register(RepresentativeProfile)
class ApplicationAdmin(ReadOnlyAdmin):
    """The oldest first. Units that verify decide; auditors read."""

    list_display = ("who", "applies_as", "sent", "stage_reached")
    list_filter = (StageFilter,)
    list_select_related = ("user",)
    ordering = ("id",)

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        acts = {"verify": self.verify, "refuse": self.refuse, "extend": self.extend}
        return [
            *(
                path(f"<int:object_id>/{name}/", self.admin_site.admin_view(act), name=f"application_{name}")
                for name, act in acts.items()
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RepresentativeProfile]:
        """None for those who may not read them, so that every page built on it finds none."""
        rows: QuerySet[RepresentativeProfile] = super().get_queryset(request).select_related("user")
        return rows if self.has_view_permission(request) else rows.none()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The papers, the stage, and what may be done now."""
        profile = self.get_object(request, object_id)
        if profile is None or request.method != "GET":
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        signed_in: SignedInRequest = request  # type: ignore[assignment]
        decides = signed_in.user.powers.verifies_representatives
        acts = [act for act, stages in STAGES_FOR.items() if decides and profile.stage in stages]
        context = {
            "profile": profile,
            "story": tell_application(profile, today=agency_today()),
            "can_decide": ApplicationAct.VERIFY in acts,
            "can_extend": ApplicationAct.EXTEND in acts
            and profile.kind == RepresentativeProfile.Kind.ACCREDITED,
            "decides": decides,
        }
        return self._show(request, "page.html", profile, profile.user.name, context)

    def verify(self, request: SignedInRequest, object_id: int) -> HttpResponse:
        """Asks how it was checked; POST verifies."""
        return self._act(
            request,
            object_id,
            VerifyForm,
            title=gettext("Verify the representative"),
            button=gettext("Verify"),
            done=gettext("The representative is verified."),
        )

    def refuse(self, request: SignedInRequest, object_id: int) -> HttpResponse:
        """Asks for the reason; POST refuses."""
        return self._act(
            request,
            object_id,
            RefuseForm,
            title=gettext("Refuse the application"),
            button=gettext("Refuse"),
            done=gettext("The application is refused. The applicant is told the reason."),
        )

    def extend(self, request: SignedInRequest, object_id: int) -> HttpResponse:
        """Asks for the new last day; POST enters it."""
        return self._act(
            request,
            object_id,
            ExtendForm,
            title=gettext("Extend the accreditation"),
            button=gettext("Enter the new day"),
            done=gettext("The accreditation is extended."),
        )

    def _act(
        self,
        request: SignedInRequest,
        object_id: int,
        form_class: type[forms.Form],
        *,
        title: str,
        button: str,
        done: str,
    ) -> HttpResponse:
        profile = self.get_object(request, str(object_id))
        if profile is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))  # type: ignore[attr-defined, no-any-return]
        seen_at = profile.submitted_at.isoformat() if profile.submitted_at else ""
        form = form_class(request.POST or None, initial={"seen_at": seen_at})
        if not request.user.powers.verifies_representatives:
            messages.warning(request, gettext(ONLY_READS))
        elif not form.is_valid():
            story = tell_application(profile, today=agency_today())
            context = {"form": form, "button": button, "profile": profile, "story": story}
            return self._show(
                request, "act.html", profile, title, context, status=422 if form.is_bound else 200
            )
        else:
            self._decide(request, profile, form, done)
        return redirect("admin:accounts_representativeprofile_change", profile.pk)

    def _decide(
        self, request: SignedInRequest, profile: RepresentativeProfile, form: forms.Form, done: str
    ) -> None:
        act = DECISIONS[type(form)]
        try:
            act(actor=request.user, profile=profile, **form.cleaned_data)
        except NotYours:
            messages.warning(request, gettext(ONLY_READS))
        except applications.PapersChanged:
            messages.warning(
                request, gettext("The applicant corrected the details meanwhile. Read them again below.")
            )
        except applications.AccreditationEnded:
            messages.warning(request, gettext("That day has passed. Nothing was changed."))
        except applications.AlreadyDecided:
            messages.warning(request, gettext("Someone decided it already. Nothing was changed."))
        else:
            messages.success(request, done)

    def _show(
        self,
        request: HttpRequest,
        template: str,
        profile: RepresentativeProfile,
        title: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/accounts/application/{template}", shown, status=status)

    def name_of(self, row: Any) -> str:
        return str(row.user.name)

    @admin.display(description=_("Full name"))
    def who(self, profile: RepresentativeProfile) -> str:
        return profile.user.name

    @admin.display(description=_("Applies as"))
    def applies_as(self, profile: RepresentativeProfile) -> str:
        return profile.get_kind_display()

    @admin.display(description=_("Sent on"))
    def sent(self, profile: RepresentativeProfile) -> str:
        return say_day(agency_day(profile.submitted_at)) if profile.submitted_at else "–"

    @admin.display(description=_("Stage"))
    def stage_reached(self, profile: RepresentativeProfile) -> str:
        return str(profile.stage.label)


DECISIONS: dict[type[forms.Form], Any] = {
    VerifyForm: applications.verify,
    RefuseForm: applications.refuse,
    ExtendForm: applications.extend_accreditation,
}
