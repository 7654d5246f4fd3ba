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


def lock_and_come_back():
    releasing.pthread_mutex_lock(mutex)
    time.sleep(0.3)


def lock_and_sleep():
    releasing.pthread_mutex_lock(mutex)
    releasing.sem_wait(semaphore)


def lock_with_the_gil():
    keeping.pthread_mutex_lock(mutex)


def lock_without_it():
    releasing.pthread_mutex_lock(mutex)


first, second = (lock_and_sleep, lock_without_it) if "sleep" in sys.argv else (lock_and_come_back, lock_with_the_gil)
threading.Thread(target=first, name="first", daemon=True).start()
time.sleep(0.1)
subprocess.Popen(["sh", "-c", "sleep 1; kill -ABRT %d" % os.getpid()])
second()
