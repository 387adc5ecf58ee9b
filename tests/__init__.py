"""Tests, one folder per room; names are sentences, parts are real."""
