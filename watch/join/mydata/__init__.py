"""What a person can see, take along and have erased; what time takes away."""
