import { formatHex } from "../../base/units";
import { namedRegisters } from "../../core/registers";
import { registerGroupsOf } from "../../core/values/registers/registerValues";
import { signalInfoOf } from "../../core/values/registers/signalInfo";
import { listOf } from "../../core/values/valueParts";
import type { CoreFramePlace, CoreVariableRow } from "../../protocol/core/variables";
import { type CoreContext, findCoreFrame, findCoreThread } from "./coreContext";

/** The general registers as addresses, then what else the thread has, by groups. */
export function registerPage(context: CoreContext, place: CoreFramePlace, start: number, count: number) {
  const { lwp, frame: index } = place;
  const { view, values, image } = context;
  const frame = findCoreFrame(context, lwp, index);
  const general = namedRegisters(image.architecture, frame.registers).map(
    ({ name, value }): CoreVariableRow => {
      const expression = `$${name}`;
      return { name, value: formatHex(value), type: "long", expression, address: formatHex(value) };
    },
  );
  const thread = findCoreThread(context, lwp);
  const groups = registerGroupsOf(image.architecture, thread).filter(
    ({ isOfThread }) => isOfThread || index === 0,
  );
  const [flat, grouped] = [
    groups.filter(({ isOfThread }) => isOfThread),
    groups.filter(({ isOfThread }) => !isOfThread),
  ];
  const others = flat.flatMap(({ registers }) =>
    registers.map((register) => values.rowOf(view, register, `$${register.name}`)),
  );
  const opened = grouped.map(({ name, registers }) =>
    values.groupOf(
      view,
      name,
      listOf(registers.map((register) => ({ ...register, access: `$${register.name}` }))),
    ),
  );
  const signal = signalInfoOf(thread, view);
  const info =
    signal === undefined ? [] : [values.rowOf(view, { name: "_siginfo", value: signal }, "$_siginfo")];
  const rows = [...general, ...others, ...opened, ...info];
  return {
    start,
    end: Math.min(rows.length, start + count),
    total: rows.length,
    rows: rows.slice(start, start + count),
  };
}
