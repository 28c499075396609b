from django.db import migrations

# Both are immutable, so that an index can use them and PostgreSQL computes the pattern once per statement.
# The collation is named, so that they give the same in every database. Steps, from the inside:
# - signs that people type for an apostrophe are dropped, before ´ would become a mark of its own
# - one normal form, with letters and their marks apart; then one case
# - marks above and below Latin, Greek, Hebrew and Arabic letters, and characters without any width, are dropped
# - letters with a stroke, which have no mark to drop, become plain letters
# - spaces and punctuation become one space
CREATE_KEY = r"""
CREATE FUNCTION name_search_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ' ' || btrim(regexp_replace(replace(replace(translate(regexp_replace(
    casefold(normalize(translate(name, U&'''`\00B4\2018\2019\201B\02B9\02BB\02BC\02BD\02BE\02BF\2032\FF07\A78C', ''), NFKD)
        COLLATE pg_unicode_fast),
    '[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670'
    '\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F'
    '\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]', '', 'g'),
    U&'\0142\00F8\0111\00F0\0127\0167\0131', 'loddhti'), U&'\00E6', 'ae'), U&'\0153', 'oe') COLLATE pg_unicode_fast,
    '[[:space:][:punct:]]+', ' ', 'g')) || ' '
"""
CREATE_PATTERN = r"""
CREATE FUNCTION name_search_pattern(word text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '%' || CASE WHEN length(name_search_key(word)) < 5 THEN name_search_key(word)
                   ELSE btrim(name_search_key(word)) END || '%'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_representation_ended_index"),
    ]

    operations = [
        migrations.RunSQL(CREATE_KEY, "DROP FUNCTION name_search_key(text)"),
        migrations.RunSQL(CREATE_PATTERN, "DROP FUNCTION name_search_pattern(text)"),
    ]
