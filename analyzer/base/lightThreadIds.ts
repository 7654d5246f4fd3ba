/**
 * Numbers from here on name threads that a runtime schedules by itself where the kernel's ids name others; Linux's ids
 * end at 2^22.
 */
export const firstLightThread = 0x4000_0000;

/** Those of a JVM; a process may have goroutines too, which come before. */
export const firstVirtualThread = firstLightThread + 0x1000_0000;
