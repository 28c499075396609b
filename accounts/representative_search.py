"""The staff's search among representatives: by name, email address, bar number or organization."""

from django.db.models import Q, QuerySet

from accounts.models import RepresentativeProfile, User

LEAST_LETTERS = 3  # a trigram index finds nothing shorter


def search_representatives(
    rows: QuerySet[RepresentativeProfile], words: str
) -> QuerySet[RepresentativeProfile]:
    """Those of the rows that have the words in one of the four, each through an index of its own.

    Fewer than three characters find nothing.
    """
    words = " ".join(words.split())
    if len(words) < LEAST_LETTERS or "\x00" in words:
        return rows.none()
    accounts = User.objects.filter(
        Q(name__icontains=words) | Q(email__icontains=words), kind=User.Kind.REPRESENTATIVE
    )
    papers = Q(bar_number__icontains=words) | Q(organization__icontains=words)
    by_account = RepresentativeProfile.objects.filter(user__in=accounts.order_by().values("pk"))
    by_papers = RepresentativeProfile.objects.filter(papers)
    found = by_account.order_by().values("pk").union(by_papers.order_by().values("pk"))
    return rows.filter(pk__in=found)
