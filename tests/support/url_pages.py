"""List every URL of the URLconf, and build it for a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import get_resolver, resolve, reverse
from django.urls.resolvers import RegexPattern, URLResolver

from tests.support import demo_urls


@dataclass(frozen=True, slots=True)
class Page:
    """One URL of the URLconf. Its key is its name, or its route if it has no name."""

    key: str
    route: str
    parameters: tuple[str, ...]

    @property
    def is_staffs(self) -> bool:
        return self.route.startswith("admin/")

    def address(self, keys) -> str:
        if self.key != self.route:
            return reverse(self.key, kwargs=keys)
        filled = re.sub(r"<\w+:(\w+)>", lambda found: str(keys[found[1]]), self.route)
        return "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)\$?", lambda found: str(keys[found[1]]), filled)


def key_of(path: str) -> str:
    """Return the key of the page at this path."""
    match = resolve(path, urlconf=demo_urls.__name__)
    return match.view_name if match.url_name else match.route


def walk(patterns, namespace="", route="", parameters=()) -> Iterator[Page]:
    """Yield every URL that has a view."""
    for each in patterns:
        pattern = each.pattern
        own = pattern.regex.groupindex if isinstance(pattern, RegexPattern) else pattern.converters
        here, known = route + str(pattern), (*parameters, *own)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from walk(each.url_patterns, inner, here, known)
        else:
            yield Page(namespace + each.name if each.name else here, here, known)


PAGES = list(walk(get_resolver(demo_urls.__name__).url_patterns))
