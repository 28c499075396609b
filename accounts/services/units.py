"""Load the table of staff units into the database, as groups with permissions."""

from django.contrib.auth.models import Group, Permission

from accounts.units import UNITS, list_permissions


def load_units() -> int:
    """Create each unit's group and set exactly the permissions of the table; return how many groups are new.

    Safe to run again. This also removes permissions that someone gave to a group by hand. Members of the
    groups are not changed. Run it after the migrations, because Django creates the permissions then.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    added = 0
    for unit, powers in UNITS.items():
        group, created = Group.objects.get_or_create(name=unit.value)
        group.permissions.set([known[name] for name in list_permissions(powers)])
        added += created
    return added
