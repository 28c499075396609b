"""CSV cells that a spreadsheet shows as text and never runs as a formula."""

# A spreadsheet takes a cell that begins with one of these for a formula; some drop control characters first.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def escape_formula(cell: object) -> str:
    """Return the cell's text, with an apostrophe before anything that a spreadsheet would run.

    Source: OWASP, CSV Injection.
    """
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
