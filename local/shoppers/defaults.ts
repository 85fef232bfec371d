/** Who shops where nobody says otherwise. */
export const DEFAULT_USERS = 200;
/** Events a second. */
export const DEFAULT_RATE = 5;
