"""The printable notice: accessible, in the site's time zone, and safe with any text that people type."""

import io
import threading
from datetime import UTC, datetime

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from pdfua import validate

from appointments.notices import typesetting
from appointments.notices.facts import NoticeFacts
from appointments.notices.pdf import render_notice
from appointments.notices.wording import describe_contact

US_LETTER_WIDTH, MARGIN = 612, 50  # points
EVERY_FACE = [
    {},
    {"kind": "canceled", "old": None, "confirmation_number": None},
    {"kind": "site_changed", "language": "es", "confirmation_number": None},
    {"language": "es"},
    {
        "kind": "agency_rescheduled",
        "language": "es",
        "form_code": "I-589",
        "addressee_name": "Nguyễn Thị Ánh",
    },
    {"old": None, "is_demo": False, "reschedules_left": None, "biometrics_code": 1},
    {"reschedules_left": 0, "biometrics_code": 2},
]


def structure_of(document):
    """Return the types of structure elements, in reading order."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return list(_types(pdf.Root.StructTreeRoot.K))


def _types(node):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _types(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        if "/K" in node:
            yield from _types(node.K)


def pages_of(document):
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return len(pdf.pages)


# --- Accessible --------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", EVERY_FACE)
def test_the_checker_finds_no_problem(make_facts, tmp_path, changes):
    path = tmp_path / "notice.pdf"
    path.write_bytes(render_notice(make_facts(**changes)))

    assert validate(path).findings == ()


@pytest.mark.parametrize("language", ["en", "es"])
def test_declares_pdf_ua_1_with_its_tags_title_and_language(make_facts, language):
    document = render_notice(make_facts(language=language))

    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).split("-")[0] == language
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == {"en": "Appointment notice", "es": "Aviso de cita"}[language]


def test_has_one_title_and_a_heading_for_each_part(make_facts):
    structure = structure_of(render_notice(make_facts()))

    headings = [tag for tag in structure if tag.startswith("/H")]
    assert headings == ["/H1", *["/H2"] * 6]
    assert structure.count("/LI") == 3
    assert "/Span" not in structure


def test_names_no_person_in_its_metadata(make_facts):
    document = render_notice(make_facts(person_name="Canary", addressee_name="Canary"))

    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert "Canary" not in str(pdf.docinfo)
        assert "Canary" not in pdf.Root.Metadata.read_bytes().decode()


# --- Content ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tz", "starts_at", "said"),
    [
        ("America/Phoenix", datetime(2026, 7, 1, 16, 40, tzinfo=UTC), "9:40 AM MST"),
        ("Pacific/Honolulu", datetime(2026, 7, 1, 18, 0, tzinfo=UTC), "8:00 AM HST"),
        ("Pacific/Guam", datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "8:00 AM ChST"),
        ("America/Puerto_Rico", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "8:00 AM AST"),
        ("America/New_York", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "8:00 AM EDT"),
    ],
)
def test_shows_the_local_time_of_the_site(make_facts, make_place, text_of, tz, starts_at, said):
    text = text_of(render_notice(make_facts(new=make_place(tz=tz, starts_at=starts_at))))

    assert f"Wednesday, July 1, 2026 {said}" in text


def test_has_everything_that_a_site_and_a_person_need(make_facts, text_of):
    text = text_of(render_notice(make_facts()))

    for said in (
        "Demonstration Immigration Agency",
        "Notice date: November 21, 2026",
        "Demonstration only. This is not an official notice of any government agency.",
        "Phoenix Application Support Center 1330 South 16th Street Phoenix, AZ 85034",
        "Tuesday, November 24, 2026 at 8:00 AM MST at Tucson Application Support Center",
        "María José Núñez Ortega",
        "IOE0912345678",
        "I-485",
        "R-2026-0004711",
        "K7QX-2M9D-4TRW",
        "https://portal.example/check/",
        "(code 3)",
        "printed on paper",
        "Valid photo identification",
        "You can reschedule this appointment online 1 more time.",
        "800-555-0100",
        "Page 1 of 1",
    ):
        assert said in text


def test_is_in_spanish_for_an_addressee_who_chose_spanish(make_facts, text_of):
    text = text_of(render_notice(make_facts(language="es")))

    assert "Martes 1 de diciembre de 2026 9:40 a. m. (hora de la Montaña)" in text
    assert "martes 24 de noviembre de 2026 a las 8:00 a. m. (hora de la Montaña)" in text
    assert "Your" not in text


@pytest.mark.parametrize("form_code", ["I-485", "I-589"])
def test_never_says_what_will_happen_after_a_missed_appointment(make_facts, text_of, form_code):
    text = text_of(render_notice(make_facts(form_code=form_code)))

    assert "will be denied" not in text
    assert ("asylum application may be dismissed" in text) == (form_code == "I-589")
    assert ("may then deny your request" in text) == (form_code != "I-589")


def test_is_marked_as_a_demonstration_only_in_a_demonstration(make_facts, text_of):
    assert "Demonstration only" not in text_of(render_notice(make_facts(is_demo=False)))


def test_asks_a_representative_to_give_the_person_a_copy(make_facts, text_of):
    text = text_of(render_notice(make_facts(addressee_name="Ada Advocate")))

    assert "To Ada Advocate: In this notice, “you” means María José Núñez Ortega." in text


@pytest.mark.parametrize("addressee_name", ["", "María José Núñez Ortega"])
def test_does_not_ask_anyone_else_to_give_a_copy(make_facts, text_of, addressee_name):
    assert "In this notice, “you” means" not in text_of(
        render_notice(make_facts(addressee_name=addressee_name))
    )


def test_gives_the_same_bytes_for_the_same_facts(make_facts):
    assert render_notice(make_facts()) == render_notice(NoticeFacts.from_json(make_facts().to_json()))


# --- Text that people type ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        '#panic("x")',
        "$x$",
        "*bold*",
        "_low_",
        "@ref",
        "<label>",
        "= Heading",
        "- item",
        "`raw`",
        "[content]",
        "// comment",
        "\\u{41}",
        "\\",
        "\"double\" 'single'",
        "#sys.inputs",
        '"); #read("facts.py")',
        "{page}",
        "%(person)s",
        "~--...",
        "https://evil.example",
        "Nguyễn Thị Ánh Đặng",
        "Łukasz Žižek Ğüneş Ștefan ʻŌlelo",
    ],
)
def test_shows_typed_text_and_never_runs_it(make_facts, make_place, text_of, typed):
    facts = make_facts(
        agency_name=typed,
        person_name=typed,
        addressee_name=f"{typed}.",
        contact_name=typed,
        new=make_place(site_name=typed, address_lines=(typed, typed)),
    )

    assert text_of(render_notice(facts)).count(typed) >= 7


@pytest.mark.parametrize("name", ["Иван Петров", "Γιώργος", "משה כהן", "عمر", "हरि"])
def test_prints_names_in_other_scripts_that_typst_has_fonts_for(make_facts, text_of, name):
    text = text_of(render_notice(make_facts(person_name=name)))

    assert set(name) <= set(text)
    assert "\ufffd" not in text


@pytest.mark.parametrize("name", ["王小明", "김민준", "สมชาย", "😀 Ana", "\ud800", "\ue000", "中\u0301"])
def test_marks_letters_that_it_cannot_print_and_says_so(make_facts, text_of, name):
    text = text_of(render_notice(make_facts(person_name=name)))

    assert "Some letters in a name can’t be printed here. They are shown as" in text
    assert text.count("\ufffd") >= 2


@pytest.mark.parametrize(
    "name", ["Ana\x00Ruiz", "Ana\nRuiz", "Ana\u2028Ruiz", "\u202eAna\u202c Ruiz", "A\u00adna Ruiz"]
)
def test_removes_control_characters(make_facts, text_of, name):
    assert "Person Ana Ruiz Receipt number" in text_of(render_notice(make_facts(person_name=name)))


@pytest.mark.parametrize("code_point", range(0x0, 0x20000, 0x1F3))
def test_renders_any_character_next_to_any_mark(make_facts, code_point):
    name = f"Ana {chr(code_point)}\u0301\u093c\ufe0f{chr(code_point)}{chr(code_point + 1)} Ruiz"

    assert render_notice(make_facts(person_name=name)).startswith(b"%PDF")


# --- The page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("form_code", ["I-485", "I-589"])
def test_the_longest_notice_fits_on_one_page(make_facts, language, form_code):
    facts = make_facts(
        kind="agency_rescheduled",
        language=language,
        form_code=form_code,
        person_name="María de los Ángeles Fernández de Córdoba y Villanueva",
        addressee_name="Maximiliano Bartholomew Worthington-Fitzgerald, Esq.",
    )

    assert pages_of(render_notice(facts)) == 1


@pytest.mark.parametrize("letter", ["W", "W ", "ñ"])
@pytest.mark.parametrize("length", [200, 2000])
def test_keeps_very_long_names_inside_the_margins(
    make_facts, make_place, text_of, right_edges_of, letter, length
):
    name = (letter * length)[:length].strip()
    facts = make_facts(
        person_name=name, addressee_name=name[:-3], new=make_place(site_name=name, address_lines=(name, name))
    )

    document = render_notice(facts)

    text = "".join(text_of(document).split())
    assert text.count(letter.strip()) >= 6 * name.count(letter.strip()) - 10
    assert pages_of(document) > 1
    assert max(right_edges_of(document)) <= US_LETTER_WIDTH - MARGIN


# --- The engine ------------------------------------------------------------------------------------------


def test_letters_rendered_in_several_threads_stay_apart(make_facts):
    every = [make_facts(person_name=f"Person {n}", language="es" if n % 2 else "en") for n in range(16)]
    alone = [render_notice(facts) for facts in every]
    together = [b""] * len(every)

    def render_every_fourth(first):
        for n in range(first, len(every), 4):
            together[n] = render_notice(every[n])

    threads = [threading.Thread(target=render_every_fourth, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert together == alone


def test_uses_no_font_of_the_machine(make_facts):
    with pikepdf.open(io.BytesIO(render_notice(make_facts()))) as pdf:
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.resources.Font.values()}

    assert fonts
    assert all("PublicSans" in font for font in fonts)


def test_fails_without_the_fonts_of_the_design_system(settings, tmp_path):
    settings.USWDS_DIST = tmp_path

    with pytest.raises(ImproperlyConfigured):
        typesetting._get_fonts.__wrapped__()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "hours", ["Mondays. It varies: call first.", "varía: verifíquelo antes", "8 a. m. a 4 p. m."]
)
def test_the_hours_of_an_office_end_with_one_full_stop(make_facts, text_of, language, hours):
    """The fault: “verify before you call.. Have your”, and a capital after a comma."""
    letter = text_of(render_notice(make_facts(language=language, contact_hours=hours)))

    said = hours[0].upper() + hours[1:].rstrip(".")
    assert f"Contact Center: 800-555-0100. {said}. " in letter
    assert ".." not in letter


def test_an_office_without_hours_has_no_empty_sentence():
    assert describe_contact("Contact Center", "800-555-0100", "").startswith(
        "Contact Center: 800-555-0100. Have"
    )
