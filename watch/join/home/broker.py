"""Signing in through a broker of BankID, Freja and the like (OpenID Connect), where the operator has configured one.

allauth makes the round trip; here every answer's signature and nonce are checked, and all that is kept is a keyed
fingerprint of who the broker says it is. Brokers may put a personal identity number in any claim, the subject too, so
no claim is stored, and neither are tokens. Nobody gets an account by it: one joins with a stairwell's code first.
"""

import secrets
from typing import Any, cast

import jwt
import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from buildings.models import User
from buildings.sealing import fingerprint, fingerprints

log = structlog.get_logger(__name__)

BROKER = "broker"
ALGORITHMS = ["RS256", "PS256", "ES256"]
CLOCKS_DIFFER = 60


def is_configured() -> bool:
    """Whether the operator has configured a broker."""
    return bool(settings.OIDC_SERVER_URL)


def connection_of(user: User) -> SocialAccount | None:
    """The person's connection with the broker."""
    return SocialAccount.objects.filter(user=user, provider=BROKER).first()


def disconnect(*, user: User) -> None:
    """Forget the connection; codes and passkeys go on working."""
    SocialAccount.objects.filter(user=user, provider=BROKER).delete()


class BrokerAdapter(OpenIDConnectOAuth2Adapter):
    """The round trip with the broker; `nonce` is the one this sign-in was begun with."""

    nonce = ""

    @property
    def basic_auth(self) -> bool:
        """How we show the broker who we are: in the header unless it asks for the form (OpenID Connect Discovery)."""
        methods = self.openid_config.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return "client_secret_basic" in methods

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the broker sends people back to."""
        return request.build_absolute_uri(reverse("home:broker_callback"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who the broker says it is, once its signature, its age and our nonce are right. Raises OAuth2Error."""
        return self.get_provider().sociallogin_from_response(request, self._claims(app, kwargs["response"]))

    def _claims(self, app: SocialApp, answer: dict[str, Any]) -> dict[str, Any]:
        try:
            signed = answer["id_token"]
            claims: dict[str, Any] = jwt.decode(
                signed,
                self._key(jwt.get_unverified_header(signed).get("kid")),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_DIFFER,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("The answer is not the broker's.") from error
        if not self.nonce or not constant_time_compare(str(claims["nonce"]), self.nonce):
            raise OAuth2Error("The answer is not to our question.")
        return claims

    def _key(self, kid: str | None) -> jwt.PyJWK:
        """The key the broker publishes under this name; one without a name counts when it is the only one."""
        with social_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        if kid is None and len(keys) == 1:
            return keys[0]
        return next(key for key in keys if key.key_id == kid) if any(key.key_id == kid for key in keys) else _no_key()


def _no_key() -> jwt.PyJWK:
    raise OAuth2Error("The broker has no such key.")


class BrokerProvider(OpenIDConnectProvider):
    """Asks for nothing but who it is, and keeps only a fingerprint of the answer."""

    pkce_enabled_default = True
    oauth2_adapter_class = BrokerAdapter

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """To the broker, with a nonce that stays in the sealed session."""
        nonce = secrets.token_urlsafe(32)
        asked = {"auth_params": {"nonce": nonce}, "scope": ["openid"], "nonce": nonce}
        return cast("HttpResponse", super().redirect(request, process, next_url=next_url, data=data, **asked))

    def extract_uid(self, data: dict[str, Any]) -> str:
        """A keyed fingerprint of the subject; who connected under an older SECRET_KEY keeps theirs."""
        subject = f"{data['iss']} {data['sub']}"
        known = SocialAccount.objects.filter(provider=BROKER, uid__in=fingerprints("broker-subject", subject))
        return known.values_list("uid", flat=True).first() or fingerprint("broker-subject", subject)

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """None."""
        return []


class BrokerCallback(OAuth2CallbackView):
    """Where the broker sends people back to."""

    def _get_state(self, request: HttpRequest, provider: BrokerProvider) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = state.get("nonce", "") if state else ""
        return state, response


class SocialAdapter(DefaultSocialAccountAdapter):
    """One broker from the settings, and no way to sign up by it."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The broker, where one is configured; the database holds none."""
        if not is_configured() or provider not in {None, BROKER, OpenIDConnectProvider.id}:
            return []
        return [
            SocialApp(
                provider=OpenIDConnectProvider.id,
                provider_id=BROKER,
                name=settings.OIDC_NAME,
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={"server_url": settings.OIDC_SERVER_URL.rstrip("/")},
            )
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> BrokerProvider:
        """The broker. Raises SocialApp.DoesNotExist."""
        return BrokerProvider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tell somebody who is not connected how to join, before allauth would sign them up."""
        connects = sociallogin.state.get("process") == AuthProcess.CONNECT
        if not connects and not sociallogin.is_existing:
            page = render(request, "home/broker_unknown.html", {"broker": settings.OIDC_NAME})
            raise ImmediateHttpResponse(page)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """A kind page, whatever went wrong; what was said stays out of the log."""
        if error != AuthError.CANCELLED:
            log.warning("broker_refused", error=type(exception).__name__)
        raise ImmediateHttpResponse(went_wrong(request, cancelled=error == AuthError.CANCELLED))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """Back to the page where one connects."""
        return reverse("home:broker")


def went_wrong(request: HttpRequest, *, cancelled: bool = False) -> HttpResponse:
    """The page for a sign-in that did not come about."""
    context = {"broker": settings.OIDC_NAME, "cancelled": cancelled}
    return render(request, "home/broker_failed.html", context, status=200 if cancelled else 403)
