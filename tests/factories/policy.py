"""Rows of policy. Reference data comes from the product itself: see the `reference_data` fixture."""

import factory

from policy.models import FormType, FormTypeVersion, GoodCauseReason, PolicyVersion


class PolicyVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PolicyVersion

    source = "a test"


class FormTypeVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FormTypeVersion

    form_type = factory.LazyFunction(lambda: FormType.objects.get(code="I-485"))
    source = "a test"


def reason(code="TRAVEL"):
    return GoodCauseReason.objects.get(code=code)
