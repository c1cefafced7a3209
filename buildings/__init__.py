"""Places, the organisations answering for them, the people in them, who may do what."""
