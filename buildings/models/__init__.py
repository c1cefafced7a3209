"""The ground floor's nouns."""

from buildings.models.consents import Consent, ConsentQuestion
from buildings.models.contacts import Contact, ContactStep, Disclosure, Threat
from buildings.models.doors import FlatCode, Invitation, RecoveryCode
from buildings.models.imports import RegisterUpload
from buildings.models.organisations import Organisation, PublishedNumber, StaffMember
from buildings.models.people import Resident, User
from buildings.models.places import Building, District, Flat, JoinCode, Stairwell, new_code, tidy_code
from buildings.models.rights import DataExport, Erasure, RetentionRun

__all__ = [
    "Building",
    "Consent",
    "ConsentQuestion",
    "Contact",
    "ContactStep",
    "DataExport",
    "Disclosure",
    "District",
    "Erasure",
    "Flat",
    "FlatCode",
    "Invitation",
    "JoinCode",
    "Organisation",
    "PublishedNumber",
    "RecoveryCode",
    "RegisterUpload",
    "Resident",
    "RetentionRun",
    "StaffMember",
    "Stairwell",
    "Threat",
    "User",
    "new_code",
    "tidy_code",
]
