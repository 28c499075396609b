"""Applications of representatives: the queue of those that wait, and what staff decide of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.application_forms import RefuseForm, VerifyForm
from accounts.models import STAGES_FOR, ApplicationAct, RepresentativeProfile
from accounts.presenters.applications import build_application, format_day
from accounts.representative_search import search_representatives
from accounts.requests import SignedInRequest
from accounts.services import applications
from accounts.services.authority import NotYours
from portal.foundation.admin.missing_rows import redirect_missing
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.clock import agency_day, agency_today

Stage = RepresentativeProfile.Stage
ONLY_READS = gettext_noop("Your unit reads this but does not decide. Nothing was changed.")


class StageFilter(admin.SimpleListFilter):
    """Waiting unless asked otherwise; a search looks at every stage."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(stage.value, stage.label) for stage in Stage]

    def choices(self, changelist: Any) -> Any:
        """Without Django's first choice, which would be everything."""
        return list(super().choices(changelist))[1:]

    def value(self) -> str:
        return super().value() or ("" if self.request.GET.get(SEARCH_VAR) else Stage.WAITING.value)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.at_stage(self.value()) if self.value() in Stage.values else queryset.none()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that staff decide of an application: its page, its service, and the words for both."""

    act: ApplicationAct
    form: type[forms.Form]
    service: Callable[..., None]
    link: Promise
    title: Promise
    button: Promise
    done: Promise
    kinds: frozenset[RepresentativeProfile.Kind] = frozenset(RepresentativeProfile.Kind)

    def is_open_for(self, profile: RepresentativeProfile) -> bool:
        """Whether it may be decided of such papers at this stage."""
        return profile.stage in STAGES_FOR[self.act] and profile.kind in self.kinds


DECISIONS = (
    Decision(
        act=ApplicationAct.VERIFY,
        form=VerifyForm,
        service=applications.verify,
        link=_("Verify"),
        title=_("Verify the representative"),
        button=_("Verify"),
        done=_("The representative is verified."),
    ),
    Decision(
        act=ApplicationAct.REFUSE,
        form=RefuseForm,
        service=applications.refuse,
        link=_("Refuse"),
        title=_("Refuse the application"),
        button=_("Refuse"),
        done=_("The application is refused. The applicant is told the reason."),
    ),
)


class ApplicationAdmin(ReadOnlyAdmin):
    """The oldest first. Units that verify decide; auditors read.

    Registered above, in `appointments/staff/admin/representative.py`: ending a standing reaches clients' cases.
    """

    decisions: tuple[Decision, ...] = DECISIONS

    list_display = ("who", "applies_as", "sent", "stage_reached")
    list_filter = (StageFilter,)
    list_select_related = ("user",)
    ordering = ("id",)
    search_fields = ("user__name",)
    search_help_text = _(
        "Three letters or more of the name, the email address, the bar number or the organization."
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RepresentativeProfile], search_term: str
    ) -> tuple[QuerySet[RepresentativeProfile], bool]:
        return (search_representatives(queryset, search_term) if search_term else queryset), False

    def get_urls(self) -> list[URLPattern | URLResolver]:  # type: ignore[override]
        return [
            *(
                path(
                    f"<int:object_id>/{decision.act}/",
                    self.admin_site.admin_view(self._page_of(decision)),
                    name=f"application_{decision.act}",
                )
                for decision in self.decisions
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
            return redirect_missing(request)
        signed_in: SignedInRequest = request  # type: ignore[assignment]
        decides = signed_in.user.powers.verifies_representatives
        offered = [
            (reverse(f"admin:application_{decision.act}", args=[profile.pk]), decision.link)
            for decision in self.decisions
            if decides and decision.is_open_for(profile)
        ]
        context = {
            "profile": profile,
            "view": build_application(profile, today=agency_today()),
            "offered": offered,
            "decides": decides,
        }
        return self._show(request, "page.html", profile, profile.user.name, context)

    def describe_first(self, decision: Decision, profile: RepresentativeProfile) -> str:
        """What an officer should know before deciding; empty where the papers say it all."""
        return ""

    def _page_of(self, decision: Decision) -> Callable[..., HttpResponse]:
        """A page that asks what the decision needs; POST decides."""

        def decide(request: SignedInRequest, object_id: int) -> HttpResponse:
            return self._act(request, object_id, decision)

        return decide

    def _act(self, request: SignedInRequest, object_id: int, decision: Decision) -> HttpResponse:
        profile = self.get_object(request, str(object_id))
        if profile is None:
            return redirect_missing(request)
        seen_at = profile.in_standing_since.isoformat() if profile.in_standing_since else ""
        form = decision.form(request.POST or None, initial={"seen_at": seen_at})
        if not request.user.powers.verifies_representatives:
            messages.warning(request, gettext(ONLY_READS))
        elif not form.is_valid():
            status = 422 if form.is_bound else 200
            context = {
                "form": form,
                "button": decision.button,
                "intro": self.describe_first(decision, profile),
                "profile": profile,
                "view": build_application(profile, today=agency_today()),
            }
            title = str(decision.title)
            return self._show(request, "act.html", profile, title, context, status=status)
        else:
            self._decide(request, profile, form, decision)
        return redirect("admin:accounts_representativeprofile_change", profile.pk)

    def _decide(
        self, request: SignedInRequest, profile: RepresentativeProfile, form: forms.Form, decision: Decision
    ) -> None:
        try:
            decision.service(actor=request.user, profile=profile, **form.cleaned_data)
        except NotYours:
            messages.warning(request, gettext(ONLY_READS))
        except applications.PapersChanged:
            messages.warning(
                request, gettext("The applicant corrected the details meanwhile. Read them again below.")
            )
        except applications.AccreditationEnded:
            messages.warning(request, gettext("That day has passed. Nothing was changed."))
        except applications.LinksStillEnd:
            messages.warning(
                request,
                gettext(
                    "The accreditation had ended, and the representative’s links to clients are still being "
                    "ended. Try again in a minute. Nothing was changed."
                ),
            )
        except applications.AlreadyDecided:
            messages.warning(request, gettext("Someone decided it already. Nothing was changed."))
        else:
            messages.success(request, str(decision.done))

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
        return format_day(agency_day(profile.submitted_at)) if profile.submitted_at else "–"

    @admin.display(description=_("Stage"))
    def stage_reached(self, profile: RepresentativeProfile) -> str:
        return str(profile.stage.label)
