"""Get PostgreSQL's plans for the statements of an act, and the tables that they read completely."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(act):
    """Return the result of the act, and every query that it ran."""
    with CaptureQueriesContext(connection) as ran:
        returned = act()
    queries = [query["sql"].lstrip() for query in ran.captured_queries]
    return returned, [sql for sql in queries if sql.startswith(("SELECT", "WITH"))]


def plan_of(sql):
    """Return the nodes of the plan of one query, the topmost first."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        [[[found]]] = cursor.fetchall()
    return list(_nodes_of(found["Plan"]))


def plans_of(act):
    """Return the result of the act, and the plans of every query that it ran."""
    returned, statements = statements_of(act)
    return returned, [plan_of(sql) for sql in statements]


def read_whole(plans):
    """Return the tables that these plans read completely."""
    return {node["Relation Name"] for nodes in plans for node in nodes if node["Node Type"] == "Seq Scan"}


def _nodes_of(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes_of(part)
