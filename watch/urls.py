"""Every address of the site. A new route also goes into tests/test_role_matrix.py."""

from django.conf import settings
from django.urls import include, path

from watch.admin import operator_site

urlpatterns = [
    path("", include("watch.present.urls")),
    path("", include("watch.present.prints.urls")),
    path("", include("watch.join.urls")),
    path("", include("watch.join.doors.urls")),
    path("", include("watch.join.contacts.urls")),
    path("", include("watch.join.relay.urls")),
    path("", include("watch.join.home.urls")),
    path("", include("watch.join.mydata.urls")),
    path("", include("watch.meet.urls")),
    path("", include("watch.track.urls")),
    path("", include("notifications.urls")),
    path("", include("buildings.urls")),
    path("konto/", include("watch.join.account_urls")),
    path("operator/", operator_site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("watch.demo.urls")))
