"""Letters between a neighbour and a contact: Trappan stands between them, and neither sees the other's address."""
