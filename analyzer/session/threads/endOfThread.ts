/** Why a worker thread ended, as part of a sentence. */
export function endOfThread(error: Error & { readonly code?: string }): string {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return "it ran out of memory";
  // A thread that gets no memory for its own heap ends before it runs.
  if (error.code === "ERR_WORKER_INIT_FAILED") return `it could not start (${error.message})`;
  return error.message;
}
