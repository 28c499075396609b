"""The width of each page shown; and axe, once for each shape in which a page is shown.

The tour of every page comes by each page, and the journeys come by the same pages again and again, with other
names and times on them, and in both languages. A page with the same elements as one that was found good in
the same width is not looked at again. Whatever differs in kind is a new shape: an error at a field, a second
row, a disabled button, a heading without text.
"""

from hashlib import sha256

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Findings alone: the list of all that is right with a page takes longer to write than to find.
OPTIONS = {"runOnly": WCAG, "resultTypes": ["violations"]}
RUN = "options => axe.run(options).then(found => found.violations)"

# Elements with the names of their attributes, and the values of those that change what axe or the layout
# sees. Rows of a list that are alike count as one or as several. Ids are told without the keys of rows in
# them, and with how many elements have each: a label that points at nothing, or at two, is another shape.
SHAPE = """() => {
    const telling = ["class", "role", "type", "hidden", "disabled", "open", "checked", "scope", "rel",
        "autocomplete", "tabindex", "style"];
    const naming = ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "form"];
    const counts = {};
    for (const each of document.querySelectorAll("[id]")) counts[each.id] = (counts[each.id] || 0) + 1;
    const named = id => id.replace(/[0-9a-f-]{8,}|[0-9]+/g, "#") + "*" + Math.min(counts[id] || 0, 2);
    const attribute = ({name, value}) => {
        if (naming.includes(name)) return name + "=" + value.split(/\\s+/).map(named);
        const tells = telling.includes(name) || (name.startsWith("aria-") && name !== "aria-label");
        return name + (tells ? "=" + value : value.trim() ? "" : "=");
    };
    const shape = element => {
        const children = [];
        for (const child of element.children) {
            const each = shape(child);
            if (children.at(-1) !== each || children.at(-2) !== each) children.push(each);
        }
        const speaks = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        const attributes = [...element.attributes].map(attribute).sort();
        return `<${element.tagName} ${attributes}${speaks ? " with text" : ""}>${children.join("")}</>`;
    };
    return shape(document.documentElement);
}"""
# The bar that stays in sight covers whatever has been scrolled below it. axe must judge what is there,
# not how far the page happens to be scrolled.
LAY_BAR_DOWN = """() => document.querySelectorAll("[data-selection]").forEach(
    bar => bar.style.setProperty("position", "static"))"""
RAISE_BAR = """() => document.querySelectorAll("[data-selection]").forEach(
    bar => bar.style.removeProperty("position"))"""
WIDTH = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def bring_axe_with_each_page(page):
    """Load axe with every page of this window, where most of them are looked at: it is sent only once."""
    page.context.add_init_script(AXE_SCRIPT)


class Accessibility:
    """Looks at pages, and remembers their shapes in a folder that all processes of one run share."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self._found_good = folder

    def check(self, page):
        """Fail when the page scrolls sideways or axe finds a fault; return whether axe had to look."""
        assert not page.evaluate(WIDTH), f"{page.url} scrolls sideways"
        shape = f"{page.viewport_size['width']} {page.evaluate(SHAPE)}"
        known = self._found_good / sha256(shape.encode()).hexdigest()
        if known.exists():
            return False
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        page.evaluate(LAY_BAR_DOWN)
        found = page.evaluate(RUN, OPTIONS)
        page.evaluate(RAISE_BAR)
        assert found == [], [
            (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]], page.url) for rule in found
        ]
        known.touch()
        return True
