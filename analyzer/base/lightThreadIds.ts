/**
 * Numbers from here on name threads that a runtime schedules by itself where the kernel's ids name others; Linux's ids
 * end at 2^22.
 */
export const firstLightThread = 0x4000_0000;
