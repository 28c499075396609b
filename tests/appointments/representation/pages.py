"""Addresses and texts of the pages about representations."""

from django.urls import reverse


def page(name, *args):
    return reverse(f"appointments:{name}", args=args)


def text_of(response):
    return response.content.decode()
