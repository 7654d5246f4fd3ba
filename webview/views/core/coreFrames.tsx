import { lastPartOf } from "../../../analyzer/base/pathNames";
import type { CoreFrame } from "../../../analyzer/protocol/core/stacks";
import type { SourceTarget } from "../../../analyzer/protocol/view/hostCalls";
import { formatCount } from "../../format";
import { Answered } from "../answered";
import { openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";

export interface BacktraceFramesProps {
  readonly lwp: number;
  readonly maximumFrames?: number;
}

/** The stack of one thread of a core, each frame with the way to its line. */
export function BacktraceFrames({ lwp, maximumFrames = 400 }: BacktraceFramesProps) {
  const answer = useAnswer("core/backtrace", { lwps: [lwp], maximumFrames, folded: true });
  return (
    <Answered answer={answer} waiting="Unwinding the stack…">
      {({ threads }) => {
        const thread = threads[0];
        if (thread === undefined) return <p class="note">This thread has no stack in the core.</p>;
        const more = thread.leftOut ?? 0;
        return (
          <>
            {thread.wait !== undefined && <p class="note">This thread {thread.wait}.</p>}
            {(thread.notes ?? []).map((note) => (
              <p key={note} class="note">
                This thread {note}.
              </p>
            ))}
            <ol class="frames flush" aria-label={`Stack of thread ${lwp}`}>
              {thread.frames.map((frame, position) => (
                <Frame key={position} frame={frame} />
              ))}
            </ol>
            {more > 0 ? (
              <p class="note">{formatCount(more)} more frames.</p>
            ) : (
              <p class="note">The stack ends here: {thread.stoppedBecause}.</p>
            )}
          </>
        );
      }}
    </Answered>
  );
}

/** The line of a frame, with what tells whether the file there is the one that was compiled. */
export function lineOf(frame: CoreFrame): SourceTarget | undefined {
  const { className, function: name, file, line, md5, binaryModifiedMs } = frame;
  if (className !== undefined && name !== undefined) {
    const method = name.slice(className.length + 1);
    return { kind: "frame", className, method, ...(file && { file }), ...(line && { line }) };
  }
  if (file === undefined || line === undefined) return undefined;
  return {
    kind: "line",
    file,
    line,
    ...(md5 === undefined ? {} : { md5 }),
    ...(binaryModifiedMs === undefined ? {} : { binaryModifiedMs }),
  };
}

/** How often a recursion stands here, on the first of its frames. */
function Repeats({ frames, times }: NonNullable<CoreFrame["repeats"]>) {
  const what = frames === 1 ? "This frame stands" : `This frame and the next ${frames - 1} stand`;
  return (
    <span class="badge" title={`${what} here ${formatCount(times)} times, one after another`}>
      {frames === 1 ? "" : `next ${frames} frames `}×{formatCount(times)}
    </span>
  );
}

function titleOf({ pc, module, how }: CoreFrame): string {
  return `${pc}${module === undefined ? "" : ` in ${module}`}${how === undefined ? "" : `, ${how}`}`;
}

function Frame({ frame }: { readonly frame: CoreFrame }) {
  const { file } = frame;
  const target = lineOf(frame);
  const name = frame.function ?? frame.pc;
  return (
    <li title={titleOf(frame)}>
      <span class="aside number">#{frame.index}</span>{" "}
      {target !== undefined ? (
        <button type="button" class="link code" onClick={() => openSource(target)}>
          {name}
        </button>
      ) : (
        <span class="code">{name}</span>
      )}
      {frame.function === undefined && frame.module !== undefined && (
        <span class="aside">in {lastPartOf(frame.module)}</span>
      )}
      {file !== undefined && (
        <span class="aside">
          {file.split("/").at(-1)}
          {frame.line !== undefined && `:${frame.line}`}
        </span>
      )}
      {frame.language !== undefined && <span class="badge">{frame.language}</span>}
      {frame.repeats !== undefined && <Repeats {...frame.repeats} />}
      {frame.tailCall && (
        <span class="badge" title="The function left by a jump; call sites tell of it">
          tail call
        </span>
      )}
      {frame.inlined && <span class="badge">inlined</span>}
      {frame.guessed && (
        <span class="badge" title="Found by the frame pointer: may be wrong">
          guessed
        </span>
      )}
      {frame.scanned && (
        <span class="badge" title="Found by a return address on the stack: may be wrong">
          scanned
        </span>
      )}
      {frame.mismatched && (
        <span class="badge" title="The file of this module is not what ran: names and callers may be wrong">
          mismatched
        </span>
      )}
      {frame.restsOn !== undefined && (
        <span class="badge" title={`If frame ${frame.restsOn} is wrong, so may this one be`}>
          rests on #{frame.restsOn}
        </span>
      )}
      {frame.unverified && (
        <span class="badge" title="Nothing shows that the file of this module is what ran: may be wrong">
          unverified
        </span>
      )}
      {frame.caution !== undefined && <span class="aside">({frame.caution})</span>}
      {frame.signalFrame && <span class="badge">signal handler</span>}
      {frame.locks?.map((lock) => (
        <div key={lock} class="aside">
          {lock}
        </div>
      ))}
    </li>
  );
}
