"""The portal's URLs, and pages with deliberate faults whose errors would quote a person's row."""

from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.urls import path

from accounts.models import User
from portal.urls import handler400, handler403, handler404, handler429, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def quote_a_row():
    """Raise an error in which PostgreSQL quotes a value that is not a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(name || email, ',')::integer FROM accounts_user")


def render_wrongly(request):
    """Raise an error in which Django quotes the template's context."""
    people = list(User.objects.values("name", "email"))
    return HttpResponse(Template("{{ people|default:nobody.name }}").render(Context({"people": people})))


def query_wrongly(request):
    quote_a_row()


def stop_on_the_way(request):
    """Send the first line, then fail in the database."""

    def lines():
        yield "a line\n"
        quote_a_row()

    return StreamingHttpResponse(lines(), content_type="text/csv")


urlpatterns = [
    *portal_urlpatterns,
    path("faulty/page/", render_wrongly),
    path("faulty/question/", query_wrongly),
    path("faulty/file/", stop_on_the_way),
]
