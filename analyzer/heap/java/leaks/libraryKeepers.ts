import type { ShapeId } from "./suspect";

/** Objects of libraries that keep what they are given until they are told to let go. */
export interface LibraryKeeper {
  /** The class, or an ancestor. */
  readonly className: string;
  /** Path to the collection, or to the number of elements. */
  readonly elements: string;
  /** Path to a number that, above 0, limits how long they stay. */
  readonly limit?: string;
  /** So many are more than a program means to keep. */
  readonly least: number;
  /** What they are, after a number. */
  readonly noun: string;
  readonly why: string;
  readonly shape?: ShapeId;
  /** In a local variable it is at work, and what it keeps goes when the method returns. */
  readonly forOneMethod?: boolean;
  readonly fix: string;
}

const replayFix =
  "Give the replay a limit (replay(n), createWithSize, createWithTime, limit), or use a subject without a memory.";

/**
 * Well-known libraries, one row a class, each with a program of `test/programs/java` whose dump shows it. A library not
 * named here is still seen by what it holds; the row adds the words and the fix.
 */
export const libraryKeepers: readonly LibraryKeeper[] = [
  {
    className: "io.reactivex.rxjava3.subjects.ReplaySubject$UnboundedReplayBuffer",
    elements: "buffer",
    least: 1_000,
    noun: "item",
    why: "a replay without a limit keeps every item for subscribers yet to come",
    fix: replayFix,
  },
  {
    className: "reactor.core.publisher.FluxReplay$UnboundedReplayBuffer",
    elements: "size",
    least: 1_000,
    noun: "item",
    why: "a replay without a limit keeps every item for subscribers yet to come",
    fix: replayFix,
  },
  {
    className: "org.apache.ibatis.executor.BaseExecutor",
    elements: "localCache.cache",
    least: 1_000,
    noun: "query result",
    why: "a MyBatis session keeps the result of each query until it commits, is cleared or closed",
    fix: "Close the session after each unit of work, call clearCache() in long ones, or set localCacheScope to STATEMENT.",
  },
  {
    className: "org.hibernate.engine.internal.StatefulPersistenceContext",
    elements: "entitiesByKey",
    least: 5_000,
    noun: "persistent object",
    forOneMethod: true,
    why: "a Hibernate session keeps each entity that it loaded or saved until it is cleared or closed",
    fix: "Open a session for each unit of work and close it; in a batch call flush() and clear() every so often, or use a StatelessSession.",
  },
  {
    className: "java.io.ObjectOutputStream",
    elements: "handles.size",
    least: 5_000,
    noun: "object",
    forOneMethod: true,
    why: "an object stream remembers all that was written to it, to write a reference when it comes again",
    fix: "Call reset() every so often, write with writeUnshared, or open a stream for each message.",
  },
  {
    className: "java.io.ObjectInputStream",
    elements: "handles.size",
    least: 5_000,
    noun: "object",
    forOneMethod: true,
    why: "an object stream remembers all that was read from it, as a reference to it may come",
    fix: "Let the writer call reset() every so often, or open a stream for each message.",
  },
  {
    className: "org.apache.kafka.clients.producer.MockProducer",
    elements: "sent",
    least: 1_000,
    noun: "record",
    why: "a MockProducer keeps every record for a test to look at",
    fix: "It is a double for tests: use a KafkaProducer, or call clear().",
  },
  {
    className: "io.micrometer.core.instrument.MeterRegistry",
    elements: "meterMap",
    least: 5_000,
    noun: "meter",
    why: "each new combination of tags makes a meter, which stays for good",
    fix: "Take ids of users, requests and paths out of the tags, or deny them with a MeterFilter (maximumAllowableTags).",
  },
  {
    className: "org.apache.commons.pool2.impl.GenericObjectPool",
    elements: "allObjects",
    least: 200,
    noun: "pooled object",
    why: "so many were borrowed and not given back",
    fix: "Close what is borrowed in a finally block or try-with-resources, and set a limit (maxTotal) so that the fault shows early.",
  },
  {
    className: "org.springframework.context.support.AbstractApplicationContext",
    elements: "applicationListeners",
    least: 1_000,
    noun: "listener",
    why: "a context has a listener for each bean that wants one; so many are added and never removed",
    shape: "listeners-never-removed",
    fix: "Remove what is added at run time (removeApplicationListener), or let one bean listen for all.",
  },
  {
    className: "groovy.lang.GroovyClassLoader",
    elements: "classCache",
    least: 200,
    noun: "compiled script",
    why: "each script that is parsed is a class of its own, which its loader keeps",
    fix: "Parse a script once and run it with other bindings, or call clearCache() and let go of the shell.",
  },
  {
    className: "io.netty.util.HashedWheelTimer",
    elements: "pendingTimeouts.value",
    least: 1_000,
    noun: "timeout",
    why: "timeouts are set for each call and not cancelled when it ends",
    shape: "delayed-tasks",
    fix: "Cancel a timeout when what it is for has ended (Timeout.cancel), or limit them (maxPendingTimeouts).",
  },
  {
    className: "org.eclipse.jetty.server.session.DefaultSessionCache",
    elements: "_sessions",
    limit: "_handler._dftMaxIdleSecs",
    least: 1_000,
    noun: "session",
    why: "sessions without a timeout stay when their visitor does not come back",
    fix: "Give sessions a timeout (setMaxInactiveInterval, session-timeout in web.xml), and make none for visitors who need none.",
  },
];
