"""One exchange over real sockets: it ends, whatever the service does, and gives nothing away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.fetch import stated
from etl.fetch.http import Request, TransportError
from etl.fetch.wire import Wire, service_date

NOW = datetime(2026, 3, 4, 12)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def serving(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Serve connections by `answer`; yields (address, the requests that came)."""
    came: list[bytes] = []
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection: socket.socket) -> None:
        with connection:
            came.append(connection.recv(65536))
            try:
                answer(connection, over)
            except OSError:
                return

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", came
    finally:
        over.set()
        listener.close()


def dripping(head: bytes, drop: bytes) -> Callable[[socket.socket, threading.Event], None]:
    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(0.05):
            connection.sendall(drop)

    return answer


DRIPS = {
    "body with a length": dripping(HEAD + b"Content-Length: 100000000\r\n\r\n", b"x"),
    "body without a length": dripping(HEAD + b"\r\n", b"x"),
    "chunks": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "a header": dripping(HEAD + b"X-Long: ", b"x"),
    "headers": dripping(HEAD, b"X-A: b\r\n"),
    "the status line": dripping(b"HTTP/1.1 200 ", b"O"),
    "interim answers": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "nothing at all": lambda _connection, over: over.wait(),
}


@pytest.mark.parametrize("what", DRIPS)
def test_an_answer_that_drips_in_is_given_up(what: str) -> None:
    """It would drip on for hours: that the request ends at all is the promise."""
    with serving(DRIPS[what]) as (address, _), pytest.raises(TransportError):
        Wire(address, 0.3).send(Request("lens", "GET", "x"), {})


def answering(raw: bytes) -> Callable[[socket.socket, threading.Event], None]:
    return lambda connection, _over: connection.sendall(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 100, b"HTTP/1.1 999999 X\r\n\r\n", b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        HEAD + b"Content-Length: 5, 7\r\n\r\nhello", HEAD + b"Content-Length: 50\r\n\r\nhello",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    ],
)  # fmt: skip
def test_what_is_no_whole_answer_is_said_in_a_sentence(raw: bytes) -> None:
    with serving(answering(raw)) as (address, _), pytest.raises(TransportError, match="no whole answer came"):
        Wire(address, 2).send(Request("lens", "GET", "x"), {})


def test_a_redirect_is_not_followed_and_cookies_are_not_kept() -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    with serving(answering(raw)) as (address, came):
        wire = Wire(address, 2)
        for _ in range(2):
            assert wire.send(Request("lens", "GET", "x"), {"Authorization": "Bearer secret-token"}).status == 302
    assert len(came) == 2
    assert b"Cookie" not in came[1]


def test_netrc_and_the_environment_s_proxy_do_not_get_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login NETRCUSER password NETRCPASSWORD\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    ok = answering(HEAD + b"Content-Length: 2\r\n\r\nok")
    with serving(ok) as (address, came), serving(ok) as (proxy, at_proxy):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        Wire(address, 2).send(Request("lens", "GET", "x"), {"Authorization": "Bearer mine"})
    assert b"Authorization: Bearer mine" in came[0]
    assert at_proxy == []


def test_a_credential_that_the_service_repeats_is_not_kept() -> None:
    body = b'{"message": "bad token s3cret-token-value"}'
    with serving(answering(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)) as (address, _):
        answer = Wire(address, 2).send(Request("lens", "GET", "x"), {"Authorization": "Bearer s3cret-token-value"})
    assert answer.content == b'{"message": "bad token ***"}'


@pytest.mark.parametrize("text", ["inf", "-inf", "nan", "-1", "", "soon", "1e999", None])
def test_a_wait_that_says_nothing_is_no_wait(text: object) -> None:
    assert stated.seconds(text) is None


def test_waits_and_counts_are_bounded() -> None:
    assert stated.seconds("99999999999999999999") == stated.LARGEST_WAIT.total_seconds()
    assert stated.seconds("1500", 0.001) == 1.5
    assert stated.retry_after({"Retry-After": "Wed, 04 Mar 2026 14:00:00 GMT"}, NOW) == 7200
    assert (
        stated.retry_after({"Retry-After": "Wed, 04 Mar 9999 14:00:00 GMT"}, NOW) == stated.LARGEST_WAIT.total_seconds()
    )
    for nonsense in ("-5", "٣", "9" * 5000, 1e9, True, None, [], 10**12):
        assert stated.count(nonsense) is None
    assert stated.count("17") == stated.count(17) == 17


def test_the_words_of_a_service_are_one_plain_line() -> None:
    assert stated.words("a\x1b[31m\nb\u202ec\ud83d" + "x" * 999) == ("a [31m b c " + "x" * 999)[:300]


@pytest.mark.parametrize("text", ["", "yesterday", "Mon, 99 Foo 99999 00:00:00 GMT", "Mon, 01 Jan 20211 99:00:00 GMT"])
def test_a_date_header_that_is_no_date_is_none(text: str) -> None:
    assert service_date({"Date": text}) is None
    assert service_date({"Date": "Wed, 04 Mar 2026 14:00:00 GMT"}) == date(2026, 3, 4)


def test_a_closed_client_keeps_no_connection_open() -> None:
    ended = threading.Event()

    def kept_alive(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
        if connection.recv(1) == b"":  # the other side has closed it
            ended.set()

    with serving(kept_alive) as (address, came):
        wire = Wire(address, 2)
        wire.send(Request("lens", "GET", "x"), {})
        wire.close()
        assert ended.wait(60)
        assert wire.send(Request("lens", "GET", "x"), {}).content == b"ok", "and it may be used again"
        wire.close()
    assert len(came) == 2
