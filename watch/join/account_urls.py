"""allauth's addresses that Trappan uses, under allauth's own names.

Nobody signs in with a password here, so the pages about passwords and about signing up are left out. The code is
asked for and typed in `watch.join.signin`, which shares its proof with joining.
"""

from allauth.account import views as account
from django.urls import include, path

from watch.join import signin

urlpatterns = [
    path("login/", signin.old_door, name="account_login"),
    path("login/code/", signin.request_code, name="account_request_login_code"),
    path("login/code/confirm/", signin.confirm_code, name="account_confirm_login_code"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
]
