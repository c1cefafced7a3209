"""A person's own place: agreements, moving, the yearly question, how they sign in."""
