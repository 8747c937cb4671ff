"""Addresses of conversations."""

from __future__ import annotations

from django.urls import path

from zhima.city.chat import views

app_name = "chat"
urlpatterns = [
    path("", views.chats, name="chats"),
    path("with/<uuid:person_id>/", views.with_person, name="with"),
    path("group/", views.new_group, name="group"),
    path("packet/<uuid:packet_id>/", views.open_one, name="packet"),
    path("<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("<uuid:conversation_id>/messages/", views.messages, name="messages"),
    path("<uuid:conversation_id>/write/", views.write, name="write"),
    path("<uuid:conversation_id>/transfer/", views.transfer, name="transfer"),
    path("<uuid:conversation_id>/packet/", views.packet, name="new_packet"),
]
