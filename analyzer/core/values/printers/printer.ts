/** Elements of a linked structure that are followed at most: a damaged one may be a circle. */
export const mostElements = 1 << 20;
