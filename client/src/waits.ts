/** How long the client waits for what. This file imports nothing, so that a bundler puts the numbers where they are used. */

/** Events of one click come one after the other. */
export const GATHER_MS = 10;
export const REQUEST_TIMEOUT_MS = 15_000;
export const FLUSH_TIMEOUT_MS = 20_000;
export const RECOMMENDATIONS_TIMEOUT_MS = 10_000;

/** After a failure, and what this doubles to. */
export const FIRST_WAIT_MS = 1_000;
export const LONGEST_WAIT_MS = 60_000;
/** A wrong key or origin is mended by a deploy, not by asking again soon. */
export const MISCONFIGURED_MS = 300_000;
/** What the server may ask for at most; more is taken for a mistake of somebody on the way. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;
/** Longer waits in storage come from a clock that was set back. */
export const LONGEST_STORED_MS = 3_700_000;

/** How long a tab may be the only one to send; longer than a request may take. */
export const LEASE_MS = 20_000;
/** Time for another tab, which saw the same free lease, to overwrite it; and until the next look at one that is taken. */
export const SETTLE_MS = 300;
