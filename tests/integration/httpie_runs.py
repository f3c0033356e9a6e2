"""Runs bash scripts that call HTTPie, which is started once for all of them: its start takes ten times as long as a call.

Usage: httpie_runs.py SCRIPT… What is called `http` in them hands its words, variables and descriptors to this process, a fork of which goes
on as HTTPie. Ends with an error at the first script that does.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile

from httpie.core import main as httpie

HTTP = """#!/usr/bin/python3 -SE
import json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect(os.environ["HTTPIE_SOCKET"])
request = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
socket.send_fds(link, [len(request).to_bytes(4, "big")], [0, 1, 2])
link.sendall(request)
sys.exit(link.recv(1)[0])
"""


def run_httpie(arguments, environment, folder, descriptors):
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["http", *arguments]
    code = 1
    try:
        code = int(httpie(sys.argv))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def serve(listener):
    while True:
        link, _ = listener.accept()
        head, descriptors, _, _ = socket.recv_fds(link, 4, 3)
        request = link.makefile("rb").read(int.from_bytes(head, "big"))
        child = os.fork()
        if child == 0:
            run_httpie(*json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        link.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))
        link.close()


def main(scripts):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "http")
        with open(path, "w") as file:
            file.write(HTTP)
        os.chmod(path, 0o700)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(folder, "socket"))
        listener.listen()
        server = os.fork()
        if server == 0:
            serve(listener)
        environment = {**os.environ, "PATH": folder + ":" + os.environ["PATH"], "HTTPIE_SOCKET": listener.getsockname()}
        try:
            for script in scripts:
                if subprocess.run(["bash", script], env=environment).returncode != 0:
                    print(script)
                    return 1
            return 0
        finally:
            os.kill(server, 15)
            os.waitpid(server, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
