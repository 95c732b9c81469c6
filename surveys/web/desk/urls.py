"""The experimenter's pages."""

from __future__ import annotations

from django.urls import path

from surveys.web.desk import (
    advertise,
    captions,
    contact_sheet,
    jobs,
    plan,
    preview,
    quality,
    results,
    stimuli,
    studies,
    top_up,
    watch,
)

app_name = "desk"

urlpatterns = [
    path("", studies.studies, name="studies"),
    path("<slug:slug>/", studies.study, name="study"),
    path("<slug:slug>/originals/", studies.originals, name="originals"),
    path("<slug:slug>/stimuli/", stimuli.stimuli, name="stimuli"),
    path("<slug:slug>/stimuli/job/", jobs.job, name="job"),
    path("<slug:slug>/stimuli/cost/", jobs.cost, name="cost"),
    path("<slug:slug>/captions/", captions.captions, name="captions"),
    path("<slug:slug>/captions.csv", captions.every_version, name="every-version"),
    path("<slug:slug>/captions/<slug:method>/<slug:original>/", captions.write, name="caption"),
    path("<slug:slug>/originals/<slug:original>.webp", captions.picture, name="original-picture"),
    path("<slug:slug>/contact-sheet/", contact_sheet.contact_sheet, name="contact-sheet"),
    path("<slug:slug>/plan/", plan.plan, name="plan"),
    path("<slug:slug>/preview/<slug:survey>/", preview.information, name="preview"),
    path("<slug:slug>/preview/<slug:survey>/pictures/", preview.pictures, name="preview-pictures"),
    path("<slug:slug>/preview/<slug:survey>/finish/", preview.finish, name="preview-finish"),
    path("<slug:slug>/preview/<slug:survey>/done/", preview.done, name="preview-done"),
    path("<slug:slug>/watch/", watch.watch, name="watch"),
    path("<slug:slug>/watch/counts/", watch.counts, name="counts"),
    path("<slug:slug>/watch/<slug:survey>/", watch.change, name="change-survey"),
    path("<slug:slug>/advertise/<slug:survey>/", advertise.advertise, name="advertise"),
    path("<slug:slug>/advertise/<slug:survey>/counts/", advertise.counts, name="advertised"),
    path("<slug:slug>/advertise/<slug:survey>/people.csv", advertise.people, name="people"),
    path("<slug:slug>/advertise/<slug:survey>/<int:number>/", advertise.act, name="act"),
    path("<slug:slug>/ledger.csv", advertise.ledger, name="ledger"),
    path("<slug:slug>/quality/<slug:survey>/", quality.quality, name="quality"),
    path("<slug:slug>/top-up/<slug:survey>/", top_up.top_up, name="top-up"),
    path("<slug:slug>/results/", results.results, name="results"),
    path("<slug:slug>/results/stimuli.csv", results.shown_table, name="shown-table"),
    path("<slug:slug>/tables.zip", results.tables, name="tables"),
]
