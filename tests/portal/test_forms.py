"""Tests of the USWDS form markup that screen readers and the error summary need."""

import pytest
from django import forms
from django.template.loader import render_to_string


class ExampleForm(forms.Form):
    email = forms.EmailField(
        help_text="Where we write to.", widget=forms.EmailInput(attrs={"placeholder": "x", "class": "own"})
    )
    reason = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    view = forms.CharField(required=False, max_length=20, widget=forms.Textarea)
    password = forms.CharField(widget=forms.PasswordInput)
    site = forms.ChoiceField(choices=[("x", "X")], required=False)
    agreed = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Nothing <fits>.")


@pytest.fixture
def refused():
    form = ExampleForm({"reason": "<script>", "view": "y" * 30})
    assert not form.is_valid()
    return form


def test_fields_have_labels_and_required_fields_say_so():
    drawn = str(ExampleForm())
    assert 'for="id_email"' in drawn
    assert drawn.count("(required)") == 4


def test_custom_classes_are_kept_and_placeholders_removed():
    drawn = str(ExampleForm()["email"])
    assert 'class="own usa-input"' in drawn
    assert "placeholder" not in drawn


def test_the_input_refers_to_its_hint_and_error(refused):
    assert 'aria-describedby="id_email_helptext id_email_error"' in str(refused["email"])
    drawn = refused["email"].as_field_group()
    assert 'id="id_email_helptext"' in drawn
    assert 'id="id_email_error"' in drawn
    assert "usa-form-group--error" in drawn
    assert 'aria-invalid="true"' in drawn


def test_a_radio_group_is_a_fieldset_with_the_question_as_legend(refused):
    drawn = refused["reason"].as_field_group()
    assert "<fieldset" in drawn
    assert "<legend" in drawn
    assert 'aria-describedby="id_reason_error"' in drawn
    assert "aria-invalid" not in drawn


def test_a_text_area_shows_its_limit_and_never_cuts_text():
    drawn = ExampleForm()["view"].as_field_group()
    assert "up to 20 characters" in drawn
    assert 'aria-describedby="id_view_limit"' in drawn
    assert "maxlength" not in drawn


def test_password_toggle_is_hidden_without_javascript():
    drawn = ExampleForm()["password"].as_field_group()
    assert "usa-show-password" in drawn
    assert "data-needs-script" in drawn


def test_error_summary_links_to_every_field_that_needs_correction(refused):
    summary = render_to_string("components/error_summary.html", {"form": refused})
    for anchor in ("#id_email", "#id_reason_0", "#id_view", "#id_password", "#id_agreed"):
        assert f'href="{anchor}"' in summary
    assert "#id_token" not in summary
    assert 'id="id_reason_0"' in str(refused)
    assert 'tabindex="-1"' in summary


def test_what_people_type_is_escaped_everywhere(refused):
    drawn = str(refused) + render_to_string("components/error_summary.html", {"form": refused})
    assert "<script>" not in drawn
    assert "Nothing &lt;fits&gt;." in drawn


def test_no_summary_without_errors():
    assert render_to_string("components/error_summary.html", {"form": ExampleForm()}).strip() == ""
