"""The ground floor's nouns."""

from buildings.models.imports import RegisterUpload
from buildings.models.organisations import Organisation, PublishedNumber, StaffMember
from buildings.models.people import Consent, Contact, Resident, User
from buildings.models.places import Building, District, Flat, JoinCode, Stairwell, new_code, tidy_code

__all__ = [
    "Building",
    "Consent",
    "Contact",
    "District",
    "Flat",
    "JoinCode",
    "Organisation",
    "PublishedNumber",
    "RegisterUpload",
    "Resident",
    "StaffMember",
    "Stairwell",
    "User",
    "new_code",
    "tidy_code",
]
