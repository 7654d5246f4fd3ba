# Run inside gdb: prints the stacks of all threads of the loaded core as one line of JSON.
import gdb
import json

kinds = {
    gdb.NORMAL_FRAME: "normal",
    gdb.INLINE_FRAME: "inline",
    gdb.TAILCALL_FRAME: "tailcall",
    gdb.SIGTRAMP_FRAME: "signal",
}
limit = 400


def describe(frame):
    place = frame.find_sal()
    return {
        "pc": hex(frame.pc()),
        "kind": kinds.get(frame.type(), "other"),
        "function": frame.name(),
        "file": place.symtab.fullname() if place.symtab else None,
        "line": place.line if place.symtab else None,
    }


def stack():
    frames = []
    try:
        frame = gdb.newest_frame()
        while frame is not None and len(frames) < limit:
            frames.append(describe(frame))
            frame = frame.older()
    except gdb.error as error:
        frames.append({"kind": "error", "function": str(error)})
    return frames


threads = []
for thread in gdb.selected_inferior().threads():
    thread.switch()
    threads.append({"lwp": thread.ptid[1], "frames": stack()})
print("FRAMES " + json.dumps(threads))
