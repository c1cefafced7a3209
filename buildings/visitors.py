"""Where a request comes from, for rate limits."""

import ipaddress

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Where the request comes from; an IPv6 network of /64 counts as one, for a home holds a whole one.

    Behind a proxy (BEHIND_PROXY) it is the last hop of X-Forwarded-For, the only one the proxy vouches for.
    """
    ip = get_client_ip(request) or "unknown"
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
