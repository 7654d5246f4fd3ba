import { type MimallocLayout, type PageForm, startsBySlice } from "./layout";

/** 2.0.9. */
const page20: PageForm = {
  bytes: 48,
  capacity: 10,
  reserved: 12,
  free: 16,
  used: 20,
  usedBytes: 4,
  blockSize: 24,
  blockSizeBytes: 4,
  localFree: 28,
  threadFree: 32,
  heap: 36,
  start: startsBySlice["2.0.9"],
};
/** To 2.0.7. */
const page207: PageForm = { ...page20, start: startsBySlice["2.0.7"] };
/** 2.1.0 to 2.1.2. */
const page212: PageForm = { ...page20, start: startsBySlice["2.1.2"] };

/** 2.1.4 and later. */
const page21: PageForm = {
  bytes: 56,
  capacity: 10,
  reserved: 12,
  free: 16,
  localFree: 20,
  used: 24,
  usedBytes: 2,
  blockSize: 28,
  blockSizeBytes: 4,
  start: { by: "pointer", at: 32 },
  threadFree: 36,
  heap: 40,
};

/** 1.6 to 1.8.2. */
const page16: PageForm = {
  bytes: 40,
  capacity: 2,
  reserved: 4,
  free: 8,
  used: 12,
  usedBytes: 4,
  blockSize: 16,
  blockSizeBytes: 4,
  hugeBlockSize: 16 << 20,
  localFree: 20,
  threadFree: 24,
  heap: 28,
  start: startsBySlice["1"],
};

/** 1.8.4 and later. */
const page18: PageForm = {
  ...page16,
  bytes: 48,
  localFree: 12,
  used: 16,
  usedBytes: 2,
  blockSize: 20,
  start: { by: "pointer", at: 24 },
  threadFree: 28,
  heap: 32,
};

/** 3.0 to 3.3. */
const page30: PageForm = {
  free: 4,
  used: 8,
  usedBytes: 2,
  capacity: 10,
  reserved: 12,
  localFree: 16,
  threadFree: 20,
  blockSize: 24,
  blockSizeBytes: 4,
  start: { by: "pointer", at: 28 },
};
/** 3.4. */
const page34: PageForm = { ...page30, start: { by: "words", at: 28 } };

const mappedPageForms: readonly PageForm[] = [
  page30,
  page34,
  { ...page30, keys: 32 },
  { ...page30, keys: 36 },
  { ...page34, keys: 32 },
  { ...page34, keys: 36 },
];

/** Of 32-bit machines. */
export const narrowLayout: MimallocLayout = {
  sliceBytes: 32 << 10,
  segmentForms: [
    { bytes: 4 << 20, entries: -2, thread: -1 },
    { bytes: 4 << 20, entries: -1, thread: -2 },
  ],
  segmentPageForms: [
    page20,
    page207,
    page212,
    page21,
    { ...page20, bytes: 56, keys: 32, threadFree: 40, heap: 44 },
    { ...page212, bytes: 56, keys: 32, threadFree: 40, heap: 44 },
    { ...page21, bytes: 64, keys: 36, threadFree: 44, heap: 48 },
  ],
  oldSegmentBytes: 2 << 20,
  oldPageForms: [
    page16,
    page18,
    { ...page16, bytes: 48, keys: 12, used: 20, blockSize: 24, localFree: 28, threadFree: 32, heap: 36 },
    { ...page16, bytes: 48, keys: 24, threadFree: 32, heap: 36 },
    { ...page18, bytes: 56, keys: 28, threadFree: 36, heap: 40 },
  ],
  mappedPageForms,
  rootEntries: [16],
};
