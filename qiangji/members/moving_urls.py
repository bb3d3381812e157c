"""The addresses of transfers, of merging and splitting, and of the state on a day (namespace ``members``)."""

from django.urls import path

from qiangji.members.views import histories, reorganizing, transfers

urlpatterns = [
    path("transfers/", transfers.transfer_list, name="transfers"),
    path("transfers/targets/", transfers.transfer_targets, name="transfer_targets"),
    path("transfers/send/<uuid:public_id>/", transfers.transfer_send, name="transfer_send"),
    path("transfers/<uuid:public_id>/", transfers.transfer_detail, name="transfer"),
    path("transfers/<uuid:public_id>/receive/", transfers.transfer_receive, name="transfer_receive"),
    path("transfers/<uuid:public_id>/return/", transfers.transfer_return, name="transfer_return"),
    path("transfers/<uuid:public_id>/cancel/", transfers.transfer_cancel, name="transfer_cancel"),
    path("transfers/<uuid:public_id>/conclude/", transfers.transfer_conclude, name="transfer_conclude"),
    path("organizations/<uuid:public_id>/on/", histories.organization_on, name="organization_on"),
    path("organizations/<uuid:public_id>/abolish/", reorganizing.abolish, name="abolish"),
    path("organizations/<uuid:public_id>/merge/", reorganizing.merge, name="merge"),
    path("organizations/<uuid:public_id>/split/", reorganizing.split, name="split"),
]
