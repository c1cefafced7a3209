"""The operator's site: districts, organisations, published numbers; no personal data on any page."""

from django.contrib.admin import AdminSite


class OperatorSite(AdminSite):
    """Only what is registered here appears; people, residents and addresses never are."""


operator_site = OperatorSite(name="operator")
