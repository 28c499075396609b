"""Make the database raise errors that quote names and addresses of people."""

from contextlib import contextmanager

from django.db import connection

COMPLAIN = """
    CREATE FUNCTION complain_of_people() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION USING ERRCODE = TG_ARGV[0], MESSAGE =
       (SELECT string_agg(name || email, '','') FROM accounts_user); END';
    CREATE TRIGGER complain_of_people BEFORE UPDATE ON {table} FOR EACH ROW
    EXECUTE FUNCTION complain_of_people('{code}')
"""
STOP_COMPLAINING = "DROP FUNCTION complain_of_people() CASCADE"


@contextmanager
def database_that_complains(table, code):
    """Within the block, each change of a row of the table raises an error that quotes people."""
    with connection.cursor() as cursor:
        cursor.execute(COMPLAIN.format(table=table, code=code))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(STOP_COMPLAINING)
