import pytest
from apprise.plugins.slack import NotifySlack

from schedules.delivery import webhooks

from .robots import Robots


@pytest.fixture
def robots(monkeypatch):
    server = Robots()
    monkeypatch.setattr(webhooks.DingTalk, "notify_url", server.url + "/robot/send?access_token={token}")
    monkeypatch.setattr(webhooks.Feishu, "notify_url", server.url + "/open-apis/bot/v2/hook/{token}/")
    monkeypatch.setattr(webhooks.WeCom, "notify_url", server.url + "/cgi-bin/webhook/send?key={key}")
    monkeypatch.setattr(NotifySlack, "webhook_url", server.url + "/services")
    yield server
    server.close()
