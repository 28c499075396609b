"""URLs of a representative's caseload and bulk reschedules."""

from django.urls import path

from appointments.caseload.views import bulk, caseload, results, saved_filters, selecting

urlpatterns = [
    path("caseload/", caseload.show_caseload, name="caseload"),
    path("caseload/search/", selecting.update_list, name="caseload_search"),
    path("caseload/select/", selecting.select, name="caseload_select"),
    path("caseload/caseload.csv", caseload.export, name="caseload_export"),
    path("caseload/filters/", saved_filters.manage, name="saved_filters"),
    path("caseload/filters/<uuid:public_id>/rename/", saved_filters.rename, name="rename_filter"),
    path("caseload/filters/<uuid:public_id>/delete/", saved_filters.delete, name="delete_filter"),
    path("caseload/bulk/<uuid:public_id>/", bulk.review, name="bulk"),
    path("caseload/bulk/<uuid:public_id>/reasons/", bulk.state_reasons, name="bulk_reasons"),
    path("caseload/bulk/<uuid:public_id>/times/", bulk.continue_bulk, name="bulk_continue"),
    path("caseload/bulk/<uuid:public_id>/times/<uuid:appointment_id>/", bulk.choose_time, name="bulk_times"),
    path("caseload/bulk/<uuid:public_id>/sites/<uuid:appointment_id>/", bulk.choose_site, name="bulk_sites"),
    path("caseload/bulk/<uuid:public_id>/extend/", bulk.extend, name="bulk_extend"),
    path("caseload/bulk/<uuid:public_id>/remove/", bulk.remove_items, name="bulk_remove_items"),
    path("caseload/bulk/<uuid:public_id>/confirm/", bulk.confirm, name="bulk_confirm"),
    path("caseload/bulk/<uuid:public_id>/result/", bulk.show_result, name="bulk_result"),
    path("caseload/bulk/<uuid:public_id>/result.csv", results.download_csv, name="bulk_result_csv"),
    path("caseload/bulk/<uuid:public_id>/notices.pdf", results.download_notices, name="bulk_notices"),
]
