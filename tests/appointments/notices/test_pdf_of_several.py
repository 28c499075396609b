"""Several notices as one document: accessible, with a bookmark and page numbers for each."""

import io
from dataclasses import replace

import pikepdf
from pdfua import validate

from appointments.notices.pdf import render_notices
from appointments.notices.validity import NoticeValidity


def bookmarks_of(pdf):
    with pdf.open_outline() as outline:
        return [item.title for item in outline.root]


def test_the_checker_finds_no_problem_and_each_notice_has_its_bookmark(make_facts, tmp_path):
    first = make_facts(person_name="Ana Núñez")
    second = replace(make_facts(language="es"), person_name="Bo Li")
    document = render_notices(
        [(first, NoticeValidity.VALID), (second, NoticeValidity.SUPERSEDED)], language="en"
    )
    path = tmp_path / "notices.pdf"
    path.write_bytes(document)
    assert validate(path).findings == ()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert bookmarks_of(pdf) == ["Appointment notice: Ana Núñez", "Aviso de cita: Bo Li"]
        assert str(pdf.docinfo["/Title"]) == "Appointment notices"
        assert pdf.Root.Lang == "en-US"


def test_twenty_notices_have_a_bookmark_each(make_facts):
    notices = [(make_facts(person_name=f"Client {n}"), NoticeValidity.VALID) for n in range(20)]
    document = render_notices(notices, language="en")
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert bookmarks_of(pdf) == [f"Appointment notice: Client {n}" for n in range(20)]
        assert len(pdf.pages) >= 20
