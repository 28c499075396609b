"""What the rows of tests are called. The tests that look for personal data call them otherwise."""

import factory

WORDS = {
    "account": "Person {}",
    "address": "person{}@example.org",
    "receipt_number": "IOE{:010d}",
    "adoption_number": "SIM{:010d}",
    "client": "A Client",
    "member": "Member {}",
}


def word(kind):
    """A new one of this kind for each row."""

    def build(number):
        return WORDS[kind].format(number)

    return factory.Sequence(build)
