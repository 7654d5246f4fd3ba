"""Tasks of asyncio that wait; before it ends the program prints what each waits in itself."""

import asyncio
import json
import os


async def fetch(number):
    await asyncio.sleep(1000 + number)


async def serve(number):
    return await fetch(number)


class Service:
    async def wait_for(self, event):
        async with asyncio.Lock():
            await event.wait()


def waits_of(coroutine):
    waits = []
    while hasattr(coroutine, "cr_frame"):
        frame, code = coroutine.cr_frame, coroutine.cr_code
        name = getattr(code, "co_qualname", code.co_name)
        waits.insert(0, "%s at %s:%d" % (name, os.path.basename(code.co_filename), frame.f_lineno))
        coroutine = coroutine.cr_await
    return waits


async def main():
    tasks = [asyncio.create_task(serve(number)) for number in range(2)]
    tasks.append(asyncio.create_task(Service().wait_for(asyncio.Event())))
    await asyncio.sleep(0.1)
    told = {task.get_name(): waits_of(task.get_coro()) for task in tasks}
    print(json.dumps({"running": asyncio.current_task().get_name(), "waiting": told}), flush=True)
    os.abort()


asyncio.run(main())
