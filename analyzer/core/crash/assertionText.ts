/** The condition in the message of an `assert` of glibc or GLib; undefined when it is another message. */
export function assertionIn(message: string): string | undefined {
  const start = message.indexOf("Assertion `");
  const end = message.lastIndexOf("' failed.");
  if (start >= 0 && end > start) return message.slice(start + "Assertion `".length, end);
  const glib = /^ERROR:[^:]*:\d+:[^:]*: assertion failed:? ?(.*)$/.exec(message);
  return glib?.[1]?.replace(/^\((.*)\)$/, "$1");
}
