"""Tests of the landing page of everyone: to do, requests and holds."""
