"""Applications of representatives: the list of waiting ones, and the decisions of staff."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.applications import NameDecisionForm, RejectApplicationForm, VerifyApplicationForm
from accounts.models import ALLOWED_STAGES, ApplicationAct, RepresentativeProfile
from accounts.presenters.applications import build_application_view, format_day
from accounts.queries import search_representatives
from accounts.refusals import CANNOT_DECIDE, staff_refusals
from accounts.requests import SignedInRequest
from accounts.services import applications
from accounts.services.representative_names import decide_name
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.clock import agency_day, agency_today
from portal.foundation.refusals import NextPage, warn_and_go_to

Stage = RepresentativeProfile.Stage


class StageFilter(admin.SimpleListFilter):
    """Shows waiting applications by default. A search covers all stages."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(stage.value, stage.label) for stage in Stage]

    def choices(self, changelist: Any) -> Any:
        """Leave out Django's first choice, which shows all applications."""
        return list(super().choices(changelist))[1:]

    def value(self) -> str:
        return super().value() or ("" if self.request.GET.get(SEARCH_VAR) else Stage.WAITING.value)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.at_stage(self.value()) if self.value() in Stage.values else queryset.none()  # type: ignore[attr-defined] # the model's queryset


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDecision:
    """One kind of decision about an application: its form, its service and its labels."""

    act: ApplicationAct
    form: type[forms.Form]
    service: Callable[..., None]
    link: Promise
    title: Promise
    button: Promise
    done: Promise
    kinds: frozenset[RepresentativeProfile.Kind] = frozenset(RepresentativeProfile.Kind)

    def is_open_for(self, profile: RepresentativeProfile) -> bool:
        """Return whether this decision is allowed at the application's stage and for its kind."""
        has_subject = bool(profile.requested_name) or self.act != ApplicationAct.NAME
        return has_subject and profile.stage in ALLOWED_STAGES[self.act] and profile.kind in self.kinds

    def get_seen_at(self, profile: RepresentativeProfile) -> str:
        """Return the instant of what the officer sees and decides, as text. "" if there is none."""
        is_name = self.act == ApplicationAct.NAME
        instant = profile.name_requested_at if is_name else profile.stage_entered_at
        return instant.isoformat() if instant else ""


DECISIONS = (
    ApplicationDecision(
        act=ApplicationAct.VERIFY,
        form=VerifyApplicationForm,
        service=applications.verify_application,
        link=_("Verify"),
        title=_("Verify representative"),
        button=_("Verify"),
        done=_("Representative verified."),
    ),
    ApplicationDecision(
        act=ApplicationAct.REJECT,
        form=RejectApplicationForm,
        service=applications.reject_application,
        link=_("Reject"),
        title=_("Reject application"),
        button=_("Reject"),
        done=_("Application rejected. The applicant can read the reason in their account."),
    ),
    ApplicationDecision(
        act=ApplicationAct.NAME,
        form=NameDecisionForm,
        service=decide_name,
        link=_("Decide on the new name"),
        title=_("Decide on the new name"),
        button=_("Save"),
        done=_("Saved. Clients see this name from now on."),
    ),
)


class ApplicationAdmin(ReadOnlyAdmin):
    """Lists applications, oldest first. Units that verify representatives decide them; auditors read them.

    `appointments/staff/admin/representative.py` registers a subclass, because ending a verification also ends
    representations.
    """

    decisions: tuple[ApplicationDecision, ...] = DECISIONS

    list_display = ("full_name", "kind_label", "submitted_on", "stage_label")
    list_filter = (StageFilter,)
    list_select_related = ("user",)
    ordering = ("id",)
    search_fields = ("user__name",)
    search_help_text = _("Enter at least 3 letters of the name, email address, bar number, or organization.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RepresentativeProfile], search_term: str
    ) -> tuple[QuerySet[RepresentativeProfile], bool]:
        return (search_representatives(queryset, search_term) if search_term else queryset), False

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override] # the stubs want a list of patterns only
        return [
            *(
                path(
                    f"<int:object_id>/{decision.act}/",
                    self.admin_site.admin_view(self._build_decision_view(decision)),
                    name=f"application_{decision.act}",
                )
                for decision in self.decisions
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RepresentativeProfile]:
        """Return the applications, or none for staff who cannot read them."""
        rows: QuerySet[RepresentativeProfile] = super().get_queryset(request).select_related("user")
        return rows if self.has_view_permission(request) else rows.none()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the details, the stage and the decisions that are possible now."""
        profile = self.get_object(request, object_id)
        if profile is None or request.method not in ("GET", "HEAD"):
            return redirect_missing(request)
        signed_in: SignedInRequest = request  # type: ignore[assignment] # admin_view admits signed-in staff only
        can_decide = signed_in.user.powers.verifies_representatives
        actions = [
            (reverse(f"admin:application_{decision.act}", args=[profile.pk]), decision.link)
            for decision in self.decisions
            if can_decide and decision.is_open_for(profile)
        ]
        context = {
            "profile": profile,
            "view": build_application_view(profile, today=agency_today()),
            "actions": actions,
            "can_decide": can_decide,
        }
        return self._show(request, "page.html", profile, profile.user.name, context)

    def describe_effects(self, decision: ApplicationDecision, profile: RepresentativeProfile) -> str:
        """Return what the officer should know before deciding, or "" if the details say it all."""
        return ""

    def _build_decision_view(self, decision: ApplicationDecision) -> Callable[..., HttpResponse]:
        def decide(request: SignedInRequest, object_id: int) -> HttpResponse:
            return self._show_or_decide(request, object_id, decision)

        return decide

    def _show_or_decide(
        self, request: SignedInRequest, object_id: int, decision: ApplicationDecision
    ) -> HttpResponse:
        profile = self.get_object(request, str(object_id))
        if profile is None:
            return redirect_missing(request)
        form = decision.form(request.POST or None, initial={"seen_at": decision.get_seen_at(profile)})
        page = warn_and_go_to(request, "admin:accounts_representativeprofile_change", profile.pk)
        if not request.user.powers.verifies_representatives:
            return page([str(CANNOT_DECIDE)], 409)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            context = {
                "form": form,
                "button": decision.button,
                "intro": self.describe_effects(decision, profile),
                "profile": profile,
                "view": build_application_view(profile, today=agency_today()),
            }
            title = str(decision.title)
            return self._show(request, "act.html", profile, title, context, status=status)
        with staff_refusals({NextPage.BACK: page}) as refused:
            decision.service(actor=request.user, profile=profile, **form.cleaned_data)
            messages.success(request, str(decision.done))
            return page([], 200)
        return refused.respond()

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
    def full_name(self, profile: RepresentativeProfile) -> str:
        return profile.user.name

    @admin.display(description=_("Type of representative"))
    def kind_label(self, profile: RepresentativeProfile) -> str:
        return profile.get_kind_display()

    @admin.display(description=_("Submitted on"))
    def submitted_on(self, profile: RepresentativeProfile) -> str:
        return format_day(agency_day(profile.submitted_at)) if profile.submitted_at else "–"

    @admin.display(description=_("Stage"))
    def stage_label(self, profile: RepresentativeProfile) -> str:
        return gettext("Verified, new name to verify") if profile.requested_name else str(profile.stage.label)
