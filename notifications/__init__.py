"""Notices to the people of a place, and their delivery."""
