"""Reject positional arguments of services: `python -m tests.checks.keyword_arguments`, a part of `make lint`.

A public function of a `services` module or of the booking engine that takes more than one argument takes them
by keyword only, so that a call says what each of its arguments is.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = ("portal", "policy", "accounts", "appointments")
PLACES = ("services", "booking")


def main() -> int:
    """Print every function that breaks the rule, and return 1 if there are any."""
    problems = [
        f"{path.relative_to(CHECKOUT)}:{problem}"
        for path in list_files(CHECKOUT)
        for problem in find_positional_arguments(path.read_text())
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def list_files(checkout: Path) -> list[Path]:
    """Return the modules of services and of the booking engine."""
    return [
        path
        for package in CODE
        for path in sorted((checkout / package).rglob("*.py"))
        if path.stem in PLACES or set(PLACES) & set(path.relative_to(checkout).parts[:-1])
    ]


def find_positional_arguments(source: str) -> list[str]:
    """Return one line for each public function with several arguments of which one can be positional."""
    problems = []
    for function, is_method in _list_public_functions(ast.parse(source)):
        arguments = function.args
        positional = [argument.arg for argument in [*arguments.posonlyargs, *arguments.args]][is_method:]
        number = len(positional) + len(arguments.kwonlyargs)
        if (positional and number > 1) or arguments.vararg:
            problems.append(f"{function.lineno}: {function.name} needs keyword-only arguments")
    return problems


def _list_public_functions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef, bool]]:
    """Yield the functions of a module and the methods of its classes, and whether the first is `self`."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield from ((method, not _is_static(method)) for method in node.body if _is_public(method))
        elif _is_public(node):
            yield node, False


def _is_public(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_")


def _is_static(method: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in method.decorator_list)


if __name__ == "__main__":
    sys.exit(main())
