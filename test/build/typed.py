"""Runs a program on a terminal of its own and types an answer whenever it stops showing what is typed.

typed.py ANSWERS PROGRAM ARGUMENT… : ANSWERS are separated by newlines. Prints what the terminal showed, ends as the
program ended.
"""

import os
import pty
import select
import sys
import termios
import time

answers = sys.argv[1].split("\n")
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])


def is_hidden():
    return not termios.tcgetattr(terminal)[3] & termios.ECHO


shown = b""
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    elif answers and is_hidden() and shown.rstrip().endswith(b":"):
        os.write(terminal, answers.pop(0).encode() + b"\r")
        shown += b"[typed]"
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
