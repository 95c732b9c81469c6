"""Prolific through its REST API: studies that open our page, and lead back by a code."""
