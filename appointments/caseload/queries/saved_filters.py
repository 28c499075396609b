"""Read the saved filters of an account."""

from django.db.models import QuerySet

from accounts.models import User
from appointments.booking.queries import or_404
from appointments.models import SavedFilter


@or_404
def get_saved_filter_or_404(user: User) -> QuerySet[SavedFilter]:
    """Return the account's own saved filter. Raises Http404."""
    return SavedFilter.objects.filter(account=user)


def list_saved_filters(account: User) -> list[SavedFilter]:
    """Return the account's saved filters by name. Few rows, because their number is limited."""
    return list(SavedFilter.objects.filter(account=account))
