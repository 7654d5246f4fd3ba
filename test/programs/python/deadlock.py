"""One thread has a mutex of C and wants the GIL, the other has the GIL and wants the mutex."""

import ctypes
import os
import subprocess
import threading
import time

mutex = ctypes.create_string_buffer(64)
# A call through CDLL lets go of the GIL meanwhile, one through PyDLL does not.
releasing, keeping = ctypes.CDLL(None), ctypes.PyDLL(None)


def lock_and_come_back():
    releasing.pthread_mutex_lock(mutex)
    time.sleep(0.3)


def lock_with_the_gil():
    keeping.pthread_mutex_lock(mutex)


threading.Thread(target=lock_and_come_back, name="first", daemon=True).start()
time.sleep(0.1)
subprocess.Popen(["sh", "-c", "sleep 1; kill -ABRT %d" % os.getpid()])
lock_with_the_gil()
