"""URLs of representations, for clients and for representatives."""

from django.urls import path

from appointments.representation.views import actions, clients, passcode, representative

urlpatterns = [
    path("cases/<uuid:public_id>/representative/", representative.show, name="representative"),
    path("cases/<uuid:public_id>/representative/invite/", representative.invite, name="invite"),
    path("cases/<uuid:public_id>/representative/passcode/", passcode.make_passcode, name="passcode"),
    path("invitations/<uuid:public_id>/cancel/", representative.cancel_invitation, name="cancel_invitation"),
    path("representations/<uuid:public_id>/accept/", actions.accept, name="accept"),
    path("representations/<uuid:public_id>/decline/", actions.decline, name="decline"),
    path("representations/<uuid:public_id>/revoke/", actions.revoke, name="revoke"),
    path("representations/<uuid:public_id>/withdraw/", actions.withdraw, name="withdraw"),
    path("clients/", clients.list_clients, name="clients"),
    path("clients/search/", clients.search, name="client_search"),
    path("clients/add/", clients.add, name="add_client"),
]
