"""Figures over time: taken each night, read for a page, told in public only of enough people, and taken along."""
