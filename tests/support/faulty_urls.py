"""The portal's addresses, and beside them pages with a mistake of ours that has someone's row at hand."""

from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.urls import path

from accounts.models import User
from portal.urls import handler400, handler403, handler404, handler429, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def quote_a_row():
    """PostgreSQL quotes what it cannot read as a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(name || email, ',')::integer FROM accounts_user")


def render_wrongly(request):
    """Django's templates quote all that they were given."""
    people = list(User.objects.values("name", "email"))
    return HttpResponse(Template("{{ people|default:nobody.name }}").render(Context({"people": people})))


def ask_wrongly(request):
    quote_a_row()


def stop_on_the_way(request):
    """The first line is sent; then the database refuses the next."""

    def lines():
        yield "a line\n"
        quote_a_row()

    return StreamingHttpResponse(lines(), content_type="text/csv")


urlpatterns = [
    *portal_urlpatterns,
    path("faulty/page/", render_wrongly),
    path("faulty/question/", ask_wrongly),
    path("faulty/file/", stop_on_the_way),
]
