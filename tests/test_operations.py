"""What docs/operations.md gives to systemd and nginx is what they take, and does what it says."""

import base64
import http.client
import re
import shutil
import socket
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from conftest import ROOT
from making.processes import HANGS

DOCS = (ROOT / "docs/operations.md").read_text("utf-8")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SYSTEMD = shutil.which("systemd-analyze")
# Of nginx itself, so that it needs no account and no folder of the system.
AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen unix:{folder}/socket; {location} }}
}}
"""


def given(beginning: str) -> str:
    """The block of the docs that begins so."""
    (block,) = re.findall(rf"^```text\n({re.escape(beginning)}.*?)^```$", DOCS, re.M | re.S)
    return block


@pytest.mark.skipif(not SYSTEMD, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", ["dxkpi-daemon", "dxkpi-ui"])
def test_systemd_takes_the_units_as_they_stand(name, tmp_path):
    daemon = given("# /etc/systemd/system/dxkpi-daemon.service\n")
    ui = given("# /etc/systemd/system/dxkpi-ui.service")
    command = re.search(r"^ExecStart=.*$", ui if name == "dxkpi-ui" else daemon, re.M)[0]
    unit = re.sub(r"^ExecStart=.*$", command, daemon, flags=re.M)
    file = tmp_path / f"{name}.service"
    file.write_text(unit.replace("/srv/dxkpi/.venv", str(ROOT / ".venv")), "utf-8")
    looked = subprocess.run([SYSTEMD, "verify", file], capture_output=True, text=True, timeout=HANGS)
    assert [line for line in looked.stderr.splitlines() if file.name in line] == []


class Behind(BaseHTTPRequestHandler):
    """A web server that says what has reached it, and that changes the protocol when it is asked to."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked = [self.headers.get(name) for name in ("Upgrade", "Connection", "Host")]
        self.send_response(101 if self.headers.get("Upgrade") else 200)
        if self.headers.get("Upgrade"):
            self.send_header("Upgrade", self.headers["Upgrade"])
            self.send_header("Connection", "Upgrade")
        body = repr(asked).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture
def asked(tmp_path):
    """What nginx answers, with what the docs say of it, in front of a server."""
    if not NGINX:
        pytest.skip("nginx is not installed")
    with ThreadingHTTPServer(("127.0.0.1", 0), Behind) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        location = given("location / {\n").replace("127.0.0.1:3000", f"127.0.0.1:{server.server_port}")
        location = location.replace("/etc/nginx/dxkpi.htpasswd", str(tmp_path / "htpasswd"))
        (tmp_path / "htpasswd").write_text("reader:{PLAIN}hidden\n")
        configuration = tmp_path / "nginx.conf"
        configuration.write_text(AROUND.format(folder=tmp_path, location=location))
        command = [NGINX, "-p", tmp_path, "-e", "stderr", "-c", configuration]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as proxy:
            while not (tmp_path / "pid").exists():
                assert proxy.poll() is None, proxy.stderr.read()

            def ask(password: str | None, **headers: str) -> tuple[int, str]:
                if password:
                    known = base64.b64encode(f"reader:{password}".encode()).decode()
                    headers["Authorization"] = f"Basic {known}"
                connection = http.client.HTTPConnection("dxkpi.example")
                connection.sock = socket.socket(socket.AF_UNIX)
                connection.sock.settimeout(HANGS)
                connection.sock.connect(str(tmp_path / "socket"))
                connection.request("GET", "/graphql", headers=headers)
                reply = connection.getresponse()
                told = reply.status, reply.read().decode() if reply.status == 200 else str(reply.headers)
                connection.close()
                return told

            yield ask
            proxy.terminate()
        server.shutdown()


def test_nobody_without_a_password_gets_through_nginx_and_who_has_one_can_follow_a_run(asked):
    for password in (None, "wrong"):
        status, headers = asked(password)
        assert status == 401 and 'Basic realm="dxkpi"' in headers
        assert asked(password, Upgrade="websocket", Connection="Upgrade")[0] == 401
    assert asked("hidden") == (200, "[None, 'upgrade', 'dxkpi.example']")
    status, headers = asked("hidden", Upgrade="websocket", Connection="Upgrade")
    assert status == 101 and "Upgrade: websocket" in headers
