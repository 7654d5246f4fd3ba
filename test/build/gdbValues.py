# Writes the variables of every frame of the crashing thread as JSON: values flattened to numbers by path, so that two
# debuggers can be compared without comparing how they print. Run inside gdb.
import json
import gdb

# gdb 13 has an assertion that values of clang -O2 break: the value is left out, gdb goes on.
gdb.execute("maint set internal-error quit no")
gdb.execute("maint set internal-error corefile no")
gdb.execute("maint set internal-error backtrace no")

DEEPEST = 5
ELEMENTS = 12


def flatten(value, path, depth, out):
    try:
        if value.is_optimized_out:
            out[path] = "optimizedOut"
            return
        kind = value.type.strip_typedefs()
        code = kind.code
        if code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            if depth >= DEEPEST:
                return
            for index, field in enumerate(kind.fields()):
                if not hasattr(field, "bitpos") or field.artificial:
                    continue
                name = "<%s>" % field.name if field.is_base_class else (field.name or "")
                flatten(value[field], path + "/" + name, depth + 1, out)
        elif code == gdb.TYPE_CODE_ARRAY:
            low, high = kind.range()
            for index in range(low, min(high, low + ELEMENTS - 1) + 1):
                flatten(value[index], "%s/%d" % (path, index), depth + 1, out)
        elif code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            try:
                out[path] = str(int(value.referenced_value().address))
            except (gdb.error, TypeError):
                # A reference the compiler removed: gdb shows what it refers to, and has no address for it.
                out[path] = "unknown"
        elif code == gdb.TYPE_CODE_FLT:
            out[path] = {"float": repr(float(value))}
        elif code in (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_METHODPTR, gdb.TYPE_CODE_VOID):
            return
        elif code == gdb.TYPE_CODE_MEMBERPTR:
            return
        elif kind.sizeof <= 8:
            out[path] = str(int(value))
    except gdb.MemoryError:
        out[path] = "absent"
    except gdb.error as error:
        text = str(error)
        out[path] = "optimizedOut" if "optimized out" in text or "not saved" in text else "error: " + text


def printed(value):
    """What the pretty printer of the standard library finds: the numbers in its children, in order."""
    printer = gdb.default_visualizer(value)
    if printer is None or not hasattr(printer, "children"):
        return None
    out = []
    try:
        # Printers count in what they call text first.
        if hasattr(printer, "to_string"):
            printer.to_string()
        for index, (name, child) in enumerate(printer.children()):
            if index >= 2000:
                break
            if not isinstance(child, gdb.Value):
                return None
            values = {}
            flatten(child, "", 0, values)
            out.extend(values.values())
    except (gdb.error, AttributeError):
        # The printers of this gdb give up on some maps of clang.
        return None
    return out


frames = []
frame = gdb.newest_frame()
while frame is not None:
    if frame.type() != gdb.TAILCALL_FRAME:
        variables = []
        try:
            block = frame.block()
        except RuntimeError:
            block = None
        while block is not None and not block.is_static and not block.is_global:
            for symbol in block:
                if not (symbol.is_variable or symbol.is_argument or symbol.is_constant):
                    continue
                out = {}
                entry = {"name": symbol.name, "line": symbol.line, "argument": symbol.is_argument, "values": out, "printed": None}
                try:
                    value = symbol.value(frame)
                    flatten(value, "", 0, out)
                    entry["printed"] = printed(value)
                except gdb.MemoryError:
                    out[""] = "absent"
                except KeyboardInterrupt:
                    out[""] = "unknown"
                except gdb.error as error:
                    out[""] = "optimizedOut" if "optimized out" in str(error) else "error: " + str(error)
                variables.append(entry)
            if block.function is not None:
                break
            block = block.superblock
        line = frame.find_sal().line
        frames.append({"function": frame.name(), "line": line, "variables": variables})
    frame = frame.older()
print("JSON:" + json.dumps(frames))
