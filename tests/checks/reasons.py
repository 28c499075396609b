"""Reject marks without a reason and packages without a description: `python -m tests.checks.reasons`.

A part of `make lint`. A mark turns a check off for one line, so the line says why:

    start(command)  # noqa: S603 (the command is fixed)
    rows.at_stage(stage)  # type: ignore[attr-defined] # the model's queryset
"""

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = ("portal", "policy", "accounts", "appointments", "tests")
MARK = re.compile(r"#\s*(type:\s*ignore|noqa|pragma)")
WITH_REASON = re.compile(
    r"#\s*(type:\s*ignore\[[\w, -]+\]\s+# \S|noqa: [A-Z]+\d+(, [A-Z]+\d+)* \(\S|pragma: [\w ]+ \(\S)"
)


def main() -> int:
    """Print every mark and package that breaks the rule, and return 1 if there are any."""
    problems = []
    for package in CODE:
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            source = path.read_text()
            place = path.relative_to(CHECKOUT).as_posix()
            problems += [f"{place}:{line}: say why this mark is needed" for line in find_marks(source)]
            if path.stem == "__init__" and not has_description(source):
                problems.append(f"{place}: say in a docstring what is in this package")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def find_marks(source: str) -> list[int]:
    """Return the lines with a mark that names no check or no reason."""
    comments = (
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    )
    return [
        token.start[0]
        for token in comments
        if MARK.search(token.string) and not WITH_REASON.search(token.string)
    ]


def has_description(source: str) -> bool:
    """Return whether the module begins with a docstring."""
    return bool(ast.get_docstring(ast.parse(source)))


if __name__ == "__main__":
    sys.exit(main())
