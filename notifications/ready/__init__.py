"""Ready-made notices: the ones that come with Trappan, an organisation's own, their blanks and their review."""
