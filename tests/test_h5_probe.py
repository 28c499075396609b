import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from appointments.services import hold as holds
from tests.crowds import make_crowd, make_slots
@pytest.mark.usefixtures("committed_data")
def test_p(client):
    [c], slots = make_crowd(1), make_slots(30)
    client.force_login(c.account)
    client.get(reverse("appointments:list"))
    def show(name, act):
        with CaptureQueriesContext(connection) as q:
            r=act()
        print("=====",name,r.status_code,len(q))
        for x in q.captured_queries: print("   ", x["sql"][:170].replace("\n"," "))
    show("list", lambda: client.get(reverse("appointments:list")))
    show("times", lambda: client.get(reverse("appointments:times",args=[c.appointment.public_id]),{"site":slots[0].site.public_id}))
    show("times2", lambda: client.get(reverse("appointments:times",args=[c.appointment.public_id])))
    show("hold", lambda: client.post(reverse("appointments:times",args=[c.appointment.public_id]),{"slot":slots[0].public_id}))
    h=c.account.holds.get()
    show("review", lambda: client.get(reverse("appointments:review",args=[h.public_id])))
    show("confirm", lambda: client.post(reverse("appointments:confirm",args=[h.public_id])))
