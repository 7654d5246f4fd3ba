"""One thread has a mutex of C and wants the GIL, or what it is told; the other wants the mutex, with the GIL or without."""

import ctypes
import os
import subprocess
import sys
import threading
import time

mutex, semaphore = ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)
# A call through CDLL lets go of the GIL meanwhile, one through PyDLL does not.
releasing, keeping = ctypes.CDLL(None), ctypes.PyDLL(None)


locked = threading.Event()


def lock_and_come_back():
    releasing.pthread_mutex_lock(mutex)
    locked.set()
    # Comes back until somebody keeps the GIL.
    while True:
        time.sleep(0.01)


def lock_and_sleep():
    releasing.pthread_mutex_lock(mutex)
    locked.set()
    releasing.sem_wait(semaphore)


def lock_with_the_gil():
    keeping.pthread_mutex_lock(mutex)


def lock_without_it():
    releasing.pthread_mutex_lock(mutex)


first, second = (lock_and_sleep, lock_without_it) if "sleep" in sys.argv else (lock_and_come_back, lock_with_the_gil)
threading.Thread(target=first, name="first", daemon=True).start()
locked.wait()
# Aborts the process once this thread has slept for a while, by the kernel's word: the other one comes back all the time.
abort_when_stuck = """
quiet=0
while [ $quiet -lt 8 ]; do
  sleep 0.1
  if grep -q ') S ' /proc/PID/task/PID/stat; then quiet=$((quiet + 1)); else quiet=0; fi
done
kill -ABRT PID
"""
subprocess.Popen(["sh", "-c", abort_when_stuck.replace("PID", str(os.getpid()))])
second()
