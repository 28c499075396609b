"""URLs of a representative's caseload and bulk reschedules."""

from django.urls import path

from appointments.caseload.views import bulk, caseload

urlpatterns = [
    path("caseload/", caseload.show_caseload, name="caseload"),
    path("caseload/search/", caseload.search, name="caseload_search"),
    path("caseload/select/", caseload.select, name="caseload_select"),
    path("caseload/caseload.csv", caseload.export, name="caseload_export"),
    path("caseload/bulk/<uuid:public_id>/", bulk.review, name="bulk"),
    path("caseload/bulk/<uuid:public_id>/reasons/", bulk.state_reasons, name="bulk_reasons"),
    path("caseload/bulk/<uuid:public_id>/times/", bulk.continue_bulk, name="bulk_continue"),
    path("caseload/bulk/<uuid:public_id>/times/<uuid:appointment_id>/", bulk.choose_time, name="bulk_times"),
    path("caseload/bulk/<uuid:public_id>/extend/", bulk.extend, name="bulk_extend"),
    path("caseload/bulk/<uuid:public_id>/remove/", bulk.remove_items, name="bulk_remove_items"),
    path("caseload/bulk/<uuid:public_id>/confirm/", bulk.confirm, name="bulk_confirm"),
    path("caseload/bulk/<uuid:public_id>/result/", bulk.show_result, name="bulk_result"),
]
