"""allauth's addresses that Trappan uses, under allauth's own names.

Nobody signs in with a password here, so the pages about passwords and about signing up are left out. The code is
asked for and typed in `watch.join.signin`, which shares its proof with joining.
"""

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path

from watch.join import signin
from watch.join.second_factor import first_ends_other_sessions

urlpatterns = [
    path("login/", signin.old_door, name="account_login"),
    path("login/code/", signin.request_code, name="account_request_login_code"),
    path("login/code/confirm/", signin.confirm_code, name="account_confirm_login_code"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/totp/activate/", first_ends_other_sessions(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", first_ends_other_sessions(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]
