"""A local webhook server that answers as DingTalk, Feishu, WeCom and Slack do, and refuses as they do.

Shapes of the services' own documentation: DingTalk checks `sign` = base64(HMAC-SHA256(secret, "ms\\nsecret")), query
(310000 otherwise), Feishu `sign` = base64(HMAC-SHA256("s\\nsecret", "")) in the body (19021), both inside HTTP 200.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC0123456789abcdef"


def b64(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


class Robots:
    """`received` are the accepted (service, payload); `replies` (status, body, headers) are popped first."""

    def __init__(self):
        self.received = []
        self.requests = 0
        self.replies = []
        robots = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                robots.requests += 1
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer, headers = robots.answer(self.path, body)
                data = answer.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def texts(self):
        out = []
        for service, p in self.received:
            if service == "slack":
                out.append(json.dumps(p, ensure_ascii=False))
            elif service == "json":
                out.append(f"{p['title']}\n{p['message']}")
            elif p.get("msgtype") != "image":
                out.append(p["content"]["text"] if service == "feishu" else p["text"]["content"])
        return out

    def answer(self, path, body):
        if self.replies:
            return self.replies.pop(0)
        parts = urlsplit(path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        payload = json.loads(body)
        if parts.path == "/robot/send":
            return self._dingtalk(query, payload)
        if parts.path.startswith("/open-apis/bot/v2/hook/"):
            return self._feishu(payload)
        if parts.path == "/cgi-bin/webhook/send":
            self.received.append(("wecom", payload))
            return 200, '{"errcode":0,"errmsg":"ok"}', {}
        if parts.path.startswith("/services/"):
            self.received.append(("slack", payload))
            return 200, "ok", {}
        self.received.append(("json", payload))
        return 200, "{}", {}

    def _dingtalk(self, query, payload):
        stamp = query.get("timestamp", "0")
        right = b64(SECRET.encode(), f"{stamp}\n{SECRET}".encode())
        fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
        if not fresh or query.get("sign") != right:
            return 200, '{"errcode":310000,"errmsg":"sign not match"}', {}
        self.received.append(("dingtalk", payload))
        return 200, '{"errcode":0,"errmsg":"ok"}', {}

    def _feishu(self, payload):
        right = b64(f"{payload.get('timestamp')}\n{SECRET}".encode(), b"")
        if payload.get("sign") != right:
            return 200, '{"code":19021,"msg":"sign match fail or timestamp is not within one hour","data":{}}', {}
        self.received.append(("feishu", payload))
        return 200, '{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}', {}
