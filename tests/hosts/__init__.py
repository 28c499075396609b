"""Tests of whole processes: proxy, compose file, backup."""
