"""The units of staff in the database: groups and their permissions, made from the committed table."""

from django.contrib.auth.models import Group, Permission

from accounts.units import UNITS, permissions_of


def load_units() -> int:
    """Makes each unit's group and gives it exactly the permissions of the table; returns how many are new.

    Safe to run again, and the way to undo a permission that someone gave to a group by hand. Who is in a
    unit stays as it is. Wants migrated tables: Django makes the permissions after a migration.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    added = 0
    for unit, powers in UNITS.items():
        group, created = Group.objects.get_or_create(name=unit.value)
        group.permissions.set([known[name] for name in permissions_of(powers)])
        added += created
    return added
