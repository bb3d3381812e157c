"""Addresses of results."""

from django.urls import path

from qiangji.results.views import (
    branches,
    closing,
    consequences,
    figures,
    ledgers,
    objections,
    recognition,
    standings,
    summaries,
    trial,
    vetoes,
)

app_name = "results"
urlpatterns = [
    path("", ledgers.home, name="home"),
    path("cycle/<uuid:cycle_id>/recognition/", recognition.recognition, name="recognition"),
    path("cycle/<uuid:cycle_id>/figures/", figures.figures, name="figures"),
    path("cycle/<uuid:cycle_id>/close/", closing.close, name="close_cycle"),
    path("cycle/<uuid:cycle_id>/trial/", trial.trial, name="trial"),
    path("cycle/<uuid:cycle_id>/consequences/", consequences.follow, name="consequences"),
    path("cycle/<uuid:cycle_id>/ledger/", ledgers.class_ledger, name="ledger"),
    path("cycle/<uuid:cycle_id>/coverage/", ledgers.coverage, name="coverage"),
    path("cycle/<uuid:cycle_id>/summary/<uuid:region_id>/", summaries.live, name="summary"),
    path("summary/<uuid:summary_id>/", summaries.frozen, name="frozen_summary"),
    path("summary/<uuid:summary_id>/file/", summaries.file_it, name="file_summary"),
    path("summary/<uuid:summary_id>/receipt/", summaries.receive, name="receive_summary"),
    path("consequence/<uuid:consequence_id>/done/", consequences.finish, name="finish"),
    path("sheet/<uuid:sheet_id>/", standings.result, name="result"),
    path("sheet/<uuid:sheet_id>/revise/", standings.revise, name="revise"),
    path("sheet/<uuid:sheet_id>/reassess/", standings.reassess, name="reassess"),
    path("sheet/<uuid:sheet_id>/branch/", branches.reassess_branch, name="reassess_branch"),
    path("sheet/<uuid:sheet_id>/distance/", standings.distance, name="distance"),
    path("sheet/<uuid:sheet_id>/veto/", vetoes.propose, name="propose_veto"),
    path("sheet/<uuid:sheet_id>/objections/", objections.list_objections, name="objections"),
    path("sheet/<uuid:sheet_id>/objections/new/", objections.new, name="objection_new"),
    path("objection/<uuid:objection_id>/", objections.show, name="objection"),
    path("objection/<uuid:objection_id>/answer/", objections.answer, name="objection_answer"),
    path("objection/<uuid:objection_id>/withdraw/", objections.withdraw, name="objection_withdraw"),
    path("objection/files/<uuid:file_id>/", objections.open_file, name="objection_file"),
    path("organization/<uuid:organization_id>/", standings.standard_ledger, name="standard_ledger"),
    path("veto/<uuid:veto_id>/", vetoes.show, name="veto"),
    path("veto/<uuid:veto_id>/proofs/", vetoes.add_proof, name="veto_proof_add"),
    path("veto/proofs/<uuid:proof_id>/", vetoes.open_proof, name="veto_proof"),
    path("veto/<uuid:veto_id>/decide/", vetoes.decide, name="decide_veto"),
    path("veto/<uuid:veto_id>/appeal/", vetoes.appeal, name="appeal_veto"),
    path("veto/<uuid:veto_id>/answer/", vetoes.answer, name="answer_veto"),
    path("veto/<uuid:veto_id>/lift/", vetoes.lift, name="lift_veto"),
]
