"""Forms of joining and signing in."""

from allauth.account.forms import RequestLoginCodeForm as AllauthRequestLoginCodeForm


class RequestLoginCodeForm(AllauthRequestLoginCodeForm):
    """One field for either an e-mail address or a mobile number."""
