"""DingTalk, Feishu and WeCom robots: Apprise's plugins with the answer read.

These services refuse with HTTP 200 and an error code in the body, which Apprise's own plugins take for success; the
DingTalk plugin encodes its signature twice, and the Feishu one cannot sign at all. Addresses, tokens and settings are
still Apprise's; only the sending is done here. Measured against tests/schedules/delivery/robots.py.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import requests
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from schedules.delivery.answer import Refused, check_answer, retry_after


def post(plugin: Any, url: str, payload: dict[str, Any], service: str, params: dict[str, str] | None = None) -> None:
    """Post JSON and read the answer. Raises Refused with a reason that holds neither address nor token."""
    try:
        answer = requests.post(
            url, json=payload, params=params, timeout=plugin.request_timeout, verify=plugin.verify_certificate,
            allow_redirects=False, headers={"User-Agent": plugin.app_id},
        )  # fmt: skip
    except requests.RequestException as error:
        # the error's own text holds the address
        raise Refused(f"{service}: no connection ({type(error).__name__})") from None
    check_answer(service, answer.status_code, answer.headers, answer.content)


def dingtalk_signature(secret: str, milliseconds: int) -> str:
    """Return DingTalk's signature: base64 of HMAC-SHA256 under the secret over "timestamp newline secret"."""
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def feishu_signature(secret: str, seconds: int) -> str:
    """Return Feishu's signature: base64 of HMAC-SHA256 under "timestamp newline secret" over nothing."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


class DingTalk(NotifyDingTalk):  # type: ignore[misc]  # Apprise is untyped
    """dingtalk://SECRET@TOKEN/ (signed) or dingtalk://TOKEN/."""

    body_maxlen = 6000  # 20 000 bytes, three a Chinese character

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        """Send one text; True or Refused."""
        params = None
        if self.secret:
            stamp = round(time.time() * 1000)
            params = {"timestamp": str(stamp), "sign": dingtalk_signature(self.secret, stamp)}
        text = f"{title}\n{body}" if title else body
        payload = {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": self.targets, "isAtAll": False}}
        post(self, self.notify_url.format(token=self.token), payload, "DingTalk", params)
        return True


class Feishu(NotifyFeishu):  # type: ignore[misc]
    """feishu://TOKEN/ or, signed, feishu://TOKEN/?secret=SECRET."""

    body_maxlen = 6000
    title_maxlen = 0

    def __init__(self, token: str, secret: str | None = None, **kwargs: Any) -> None:
        super().__init__(token=token, **kwargs)
        self.secret = secret

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Return the parts of a feishu:// address, with the signing secret."""
        results: dict[str, Any] | None = NotifyFeishu.parse_url(url)
        if results and results["qsd"].get("secret"):
            results["secret"] = NotifyFeishu.unquote(results["qsd"]["secret"])
        return results

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        """Send one text; True or Refused."""
        text = f"{title}\n{body}" if title else body
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if self.secret:
            stamp = int(time.time())
            payload |= {"timestamp": str(stamp), "sign": feishu_signature(self.secret, stamp)}
        post(self, self.notify_url.format(token=self.token), payload, "Feishu")
        return True


class WeCom(NotifyWeComBot):  # type: ignore[misc]
    """wecombot://KEY/; attaches a chart as an image message of its own."""

    body_maxlen = 680  # 2048 bytes, three a Chinese character
    attachment_support = True

    def send(self, body: str, title: str = "", attach: Any = None, **_: Any) -> bool:
        """Send one text, and the chart after it; True or Refused (a refused picture is no refused message)."""
        text = f"{title}\n{body}" if title else body
        post(self, self.api_url, {"msgtype": "text", "text": {"content": text}}, "WeCom")
        for picture in attach or ():
            data = open(picture.path, "rb").read() if picture else b""  # noqa: PTH123, SIM115 - Apprise gives a name
            if data and len(data) <= 2_000_000:
                image = {"base64": base64.b64encode(data).decode(), "md5": hashlib.md5(data).hexdigest()}  # noqa: S324
                self._picture({"msgtype": "image", "image": image})
        return True

    def _picture(self, payload: dict[str, Any]) -> None:
        try:
            post(self, self.api_url, payload, "WeCom")
        except Refused:
            self.logger.warning("WeCom took the text but not the chart.")


class Webhook(NotifyJSON):  # type: ignore[misc]
    """json://HOST/PATH or jsons://HOST/PATH: one JSON object with `title`, `message` and the fields of the message.

    Any 2xx is a yes. Attachments, headers, method and further keys are as Apprise's address states them.
    """

    body_maxlen = 1_000_000  # never in two: the fields belong to the whole
    fields: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields = {}

    def send(self, body: str, title: str = "", attach: Any = None, **_: Any) -> bool:
        """Send once; True or Refused."""
        payload: dict[str, Any] = {"version": "2.0", "title": title, "message": body, "type": "info", **self.fields}
        if attach:
            payload["attachments"] = [
                {"filename": one.name, "base64": one.base64(), "mimetype": one.mimetype} for one in attach
            ]
        for key, value in self.payload_extras.items():  # KEY=NEW renames one of ours, KEY= leaves it out
            if key not in payload:
                payload[key] = value
            elif value:
                payload[value] = payload.pop(key)
            else:
                del payload[key]
        port = f":{self.port}" if isinstance(self.port, int) else ""
        url = f"{'https' if self.secure else 'http'}://{self.host}{port}{self.fullpath}"
        auth = (self.user, self.password) if self.user else None
        try:
            answer = requests.request(
                self.method, url, json=payload, params=self.params, auth=auth,
                headers={"User-Agent": self.app_id, **self.headers}, verify=self.verify_certificate,
                timeout=self.request_timeout, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise Refused(f"webhook: no connection ({type(error).__name__})") from None
        if not 200 <= answer.status_code < 300:
            raise Refused(f"webhook: HTTP {answer.status_code}", retry_after(answer.headers))
        return True


PLUGINS: dict[str, Callable[..., Any]] = {
    "dingtalk": DingTalk, "feishu": Feishu, "wecombot": WeCom, "json": Webhook, "jsons": Webhook,
}  # fmt: skip
