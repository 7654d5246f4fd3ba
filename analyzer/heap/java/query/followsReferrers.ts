/** In either dialect: `inbounds`, `referrers`, `forEachReferrer`, `AS RETAINED SET`. */
const followers = /inbounds|referrer|retained\s+set/i;

/** Whether a query may ask who refers to an object. One that only names a field or a text so may as well be taken for one. */
export function mayFollowReferrers(query: string): boolean {
  return followers.test(query);
}
