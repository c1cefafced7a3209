"""Web push: which addresses we call and how, our key, what a device shows, and a person's devices."""
