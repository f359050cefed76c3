"""Messages really arrive: local DingTalk, Feishu, WeCom and Slack robots and a local SMTP server; and real refusals."""

import logging
import socket

import apprise
import pytest
from aiosmtpd.controller import Controller
from apprise.plugins.dingtalk import NotifyDingTalk
from pydantic import SecretStr

from schedules.delivery import AppriseNotifier, Message
from schedules.delivery.answer import Refused, check_answer

from .robots import SECRET

TOKEN = "abc123def456"
ADDRESSES = {
    "dingtalk": f"dingtalk://{SECRET}@{TOKEN}/",
    "feishu": f"feishu://{TOKEN}/?secret={SECRET}",
    "wecom": f"wecombot://{TOKEN}/",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
}
MESSAGE = Message("锂电池隔膜：挖壕 → 卡位", "由挖壕转为卡位。\n[SYNTHETIC DATA 合成数据]")


def send(address, message=MESSAGE):
    return AppriseNotifier().send(SecretStr(address), message)


@pytest.mark.parametrize("service", ADDRESSES)
def test_each_service_receives_and_signatures_are_right(robots, service):
    sent = send(ADDRESSES[service])
    assert (sent.ok, sent.reason) == (True, None)
    assert [s for s, _ in robots.received] == [service]
    text = robots.texts()[0]
    assert "卡位" in text
    assert "SYNTHETIC" in text


REFUSALS = {
    "dingtalk": [(200, '{"errcode":310000,"errmsg":"keywords not in content"}', {}),
                 (200, '{"errcode":130101,"errmsg":"send too fast"}', {})],
    "feishu": [(200, '{"code":19024,"msg":"Key Words Not Found"}', {}),
               (200, '{"code":9499,"msg":"too many request"}', {}),
               (429, "{}", {"x-ogw-ratelimit-reset": "33"})],
    "wecom": [(200, '{"errcode":93000,"errmsg":"invalid webhook url"}', {}),
              (200, '{"errcode":45009,"errmsg":"api freq out of limit"}', {}),
              (200, "<html>maintenance</html>", {})],
    "slack": [(429, "rate_limited", {"Retry-After": "30"}), (403, "invalid_token", {}), (200, "no_service", {})],
}  # fmt: skip


@pytest.mark.parametrize(("service", "reply"), [(s, r) for s, rs in REFUSALS.items() for r in rs])
def test_a_refusal_is_no_success_even_inside_http_200(robots, service, reply):
    robots.replies.append(reply)
    sent = send(ADDRESSES[service])
    assert not sent.ok
    assert sent.reason
    assert TOKEN not in sent.reason
    assert send(ADDRESSES[service]).ok  # and the next one goes through


def test_rate_limits_say_how_long_to_wait(robots):
    robots.replies.append((429, "{}", {"Retry-After": "90"}))
    assert send(ADDRESSES["wecom"]).wait == 90
    robots.replies.append((200, '{"errcode":130101,"errmsg":"send too fast"}', {}))
    assert send(ADDRESSES["dingtalk"]).wait == 60
    with pytest.raises(Refused, match="HTTP 502"):
        check_answer("X", 502, {}, b"")


def test_a_wrong_secret_is_refused(robots):
    assert "310000" in str(send(f"dingtalk://SECffffffffff@{TOKEN}/").reason)
    assert "19021" in str(send(f"feishu://{TOKEN}/?secret=wrong").reason)
    assert robots.received == []


def test_what_apprise_itself_makes_of_it(robots, monkeypatch):
    """Why the robots have senders of their own: Apprise takes error codes inside HTTP 200 for success."""
    monkeypatch.setattr(NotifyDingTalk, "notify_url", robots.url + "/robot/send?access_token={token}")
    plain = apprise.Apprise()
    plain.add(ADDRESSES["dingtalk"])
    assert plain.notify(title="t", body="b")
    assert robots.received == []  # its signature is encoded twice, the robot refused, and it did not notice


def test_the_chart_goes_where_the_channel_can(robots, tmp_path):
    chart = tmp_path / "matrix.png"
    chart.write_bytes(b"\x89PNG\r\n" + b"0" * 100)
    message = Message(MESSAGE.title, MESSAGE.body, chart)
    assert send(ADDRESSES["wecom"], message).ok
    assert [p["msgtype"] for _, p in robots.received] == ["text", "image"]
    assert send(ADDRESSES["dingtalk"], message).ok
    assert send(ADDRESSES["slack"], message).ok


def test_long_digests_are_split_within_the_service_limit(robots):
    assert send(ADDRESSES["wecom"], Message("摘要", "卡" * 2000)).ok
    texts = robots.texts()
    assert len(texts) >= 3
    assert all(len(t.encode()) <= 2048 for t in texts)
    assert sum(t.count("卡") for t in texts) == 2000


@pytest.mark.parametrize("address", ["nonsense", "dingtalk://", "dingtalk://a-b-c!/", "nosuch://x", ""])
def test_an_address_that_is_none_is_said_without_repeating_it(address):
    sent = send(address)
    assert not sent.ok
    assert not address or address not in str(sent.reason)


HOSTILE = Message("a\x1b[31m\r\nBcc: x@example.org\u202e", "<!channel> <b>bold</b> *x* [go](http://e.org) \x00\x07")


def test_what_a_text_from_outside_asks_for_is_not_obeyed(robots):
    for service, address in ADDRESSES.items():
        robots.received.clear()
        assert send(address, HOSTILE).ok
        text = "".join(robots.texts())
        assert not [c for c in text if ord(c) < 32 and c not in "\r\n\t"], service  # Apprise itself writes CR LF
        assert "\u202e" not in text
        assert "<!channel>" not in text or service != "slack"


def test_nothing_of_the_address_reaches_the_logs(robots, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    for address in ADDRESSES.values():
        robots.replies.append((500, "no", {}))
        sent = send(address)
        send(address)
        for secret in (TOKEN, SECRET, "TIiajkdnlazkcOXrIdevi7FQ"):
            assert secret not in caplog.text + str(sent) + "".join(capsys.readouterr())
    robots.close()
    down = send(ADDRESSES["dingtalk"])
    assert "no connection" in str(down.reason)
    assert TOKEN not in caplog.text + str(down)
    assert str(robots.port) not in str(down)


class Mailbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(envelope)
        return "250 OK"


def test_mail_arrives_with_the_chart_attached(tmp_path):
    from email import message_from_bytes, policy

    chart = tmp_path / "matrix.png"
    chart.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    report = tmp_path / "report.html"
    report.write_text("<p>report</p>", encoding="utf-8")
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        address = f"mailto://127.0.0.1:{port}/?from=monitor@example.org&to=lin@example.org&mode=insecure"
        sent = send(address, Message(MESSAGE.title, MESSAGE.body, chart, files=(report,)))
        assert send(address, HOSTILE).ok
    finally:
        controller.stop()
    assert (sent.ok, sent.reason) == (True, None)
    letter = message_from_bytes(box.letters[0].content, policy=policy.default)
    html = [part for part in letter.walk() if part.get_content_type() == "text/html"]
    assert [part.get_filename() for part in html] == ["report.html"], "titles come from outside: the text is plain"
    assert letter["subject"] == MESSAGE.title
    assert box.letters[0].rcpt_tos == ["lin@example.org"]
    parts = list(letter.walk())
    text = "".join(p.get_content() for p in parts if p.get_content_type() == "text/plain")
    assert "由挖壕转为卡位" in text
    assert any(p.get_content_type() == "image/png" for p in parts)
    hostile = message_from_bytes(box.letters[1].content, policy=policy.default)
    assert hostile["bcc"] is None
    assert "\x1b" not in hostile["subject"]
    assert "<b>bold</b>" in hostile.get_body(("plain",)).get_content(), "shown as it is, in plain text"
