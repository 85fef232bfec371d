import { fetchRecommendations } from './recommendations.ts';
import type { RecordEvent } from './record-event.ts';
import type { Server } from './server.ts';
import type { Tracker } from './tracker-interface.ts';

/** Of a shop's server: many visitors, each named by the event. */
export function shopMethods({ record, server }: { record: RecordEvent; server: Server }) {
  return {
    identify(userId, ids) {
      if (ids === undefined) throw new Error('identify under a secret key needs { anonymous_id } beside the user');
      return record('identify', { user_id: userId, anonymous_id: ids.anonymous_id });
    },
    reset: () => undefined,
    ids() {
      throw new Error("a server has no visitor of its own: take the ids() of the page's tracker");
    },
    async recommendations({ userToken: _, user_id, ...query } = {}) {
      if (user_id === undefined) throw new Error('recommendations under a secret key need user_id');
      return fetchRecommendations(server, user_id, query);
    },
  } satisfies Partial<Tracker>;
}
