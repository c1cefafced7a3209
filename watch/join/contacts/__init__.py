"""Contacts: volunteering, the way to active, the contact's page, who looks at details."""
