"""The hand-written pages the house is measured against."""
