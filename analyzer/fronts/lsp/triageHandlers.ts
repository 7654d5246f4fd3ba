import type { ParamsOf } from "../../protocol/requests";
import type { verdictRequests } from "../../protocol/triage/verdict";
import type { DumpSession } from "../../session/dumpSession";
import type { SessionStore } from "../../session/sessionStore";
import { answerVerdict } from "../../session/triage/triageAnswers";
import type { Handlers } from "./handlers";

export function triageHandlers(store: SessionStore): Handlers<keyof typeof verdictRequests> {
  return {
    "triage/verdict": (params, signal) =>
      withInputs(store, params, (sessions) => answerVerdict(sessions, params.limitBytes, signal)),
  };
}

/** Opens the further files for as long as the answer takes; ones that are open anyway are joined. */
export async function withInputs<Result>(
  store: SessionStore,
  { dump, paths = [] }: Pick<ParamsOf<"triage/verdict">, "dump" | "paths">,
  answer: (sessions: readonly DumpSession[]) => Promise<Result>,
): Promise<Result> {
  const opened: DumpSession[] = [];
  try {
    for (const path of paths) opened.push(await store.open(path));
    return await answer([store.get(dump), ...opened]);
  } finally {
    await Promise.all(opened.map((session) => store.close(session.id)));
  }
}
