/** Sub-records of one heap dump record: the body without the 9-byte record header. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}
