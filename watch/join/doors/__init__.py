"""Ways into a stairwell, and who says that a person lives there."""
