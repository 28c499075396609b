"""Search names without regard to accents, apostrophes, case, normal form and order of words.

PostgreSQL normalizes both sides with `name_search_key`, which a migration of `accounts` creates: text such as
“ maria jose nunez ”, with a space before and after every word. ADR 26 says why.
"""

import re
from typing import Any

from django.db.models import BooleanField, F, Func, Q, TextField, Value

# Hyphens and commas separate words, as in “García-López” and “López, Ana”.
WORD = re.compile(r"[^\s,;./\\\-\u2010-\u2015]+")
MOST_WORDS = 12


def build_search_key(name: str) -> Func:
    """Return the expression of the column's search key. An index on it must be built from this expression."""
    return Func(F(name), function="name_search_key", output_field=TextField())


def build_name_filter(words: str, *, name: str) -> Q:
    """Match the rows whose column `name` has every one of the words, in any order.

    A word of three letters or more matches a part of a word. A shorter one, such as “Ng”, matches a whole
    word, because the trigram index cannot find shorter parts. Text without letters and digits matches no row.
    """
    found = [word for word in WORD.findall(words) if any(map(str.isalnum, word))]
    if not found or "\x00" in words:
        return Q(pk__in=[])
    matching = Q()
    for word in found[:MOST_WORDS]:
        matching &= Q(_has_word(name, word))
    return matching


def _has_word(name: str, word: str) -> Any:
    pattern = Func(Value(word, TextField()), function="name_search_pattern", output_field=TextField())
    return Func(
        build_search_key(name),
        pattern,
        template="%(expressions)s",
        arg_joiner=" LIKE ",
        output_field=BooleanField(),
    )
