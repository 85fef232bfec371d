/** Namespace of the ids that BazaarStream makes from content; a fixed random UUID, never to be changed. */
export const REPLAY_NAMESPACE = '6f9d3b1e-52a7-4c08-9e64-1b7c5a0d8f23';
