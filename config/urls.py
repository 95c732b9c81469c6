"""Every address of the site."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path, re_path

from surveys.web import hooks
from surveys.web.desk import enter
from surveys.web.participant import join, take, withdraw
from surveys.web.site import home, pictures, results, tryout

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("try/<slug:slug>/", tryout.try_study, name="try"),
    path("try/<slug:slug>/<str:signed>/result/", tryout.try_result, name="try-result"),
    path("results/<slug:slug>/", results.show_results, name="results"),
    path("results/<slug:slug>/stimuli.csv", results.shown_table, name="results-table"),
    re_path(
        r"^results/(?P<slug>[-\w]+)/figures/(?P<name>[a-z0-9_]+)\.(?P<fmt>svg|pdf|png)$",
        results.figure,
        name="figure",
    ),
    re_path(r"^pictures/(?P<sha256>[0-9a-f]{64})\.webp$", pictures.picture, name="picture"),
    path("join/<str:key>/", join.join, name="join"),
    path("take/<str:token>/", take.take, name="take"),
    path("take/<str:token>/answers/", take.record_answer, name="answers"),
    path("take/<str:token>/heartbeat/", take.heartbeat, name="heartbeat"),
    path("take/<str:token>/finish/", take.finish, name="finish"),
    path("take/<str:token>/done/", take.done, name="done"),
    path("take/<str:token>/comment/", take.comment, name="comment"),
    path("take/<str:token>/screen-out/", take.screen_out, name="screen-out"),
    path("take/<str:token>/leave/", take.leave, name="leave"),
    path("hooks/prolific/", hooks.prolific, name="hook-prolific"),
    path("withdraw/", withdraw.withdraw, name="withdraw"),
    path("login/", LoginView.as_view(template_name="desk/login.html"), name="login"),
    path("enter/<str:token>/", enter.enter, name="enter"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("desk/", include("surveys.web.desk.urls")),
    path("api/", include("surveys.api.urls")),
]
