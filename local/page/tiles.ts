/** Reads rows from the BI views, with the BI role and bounded in time. */
export type ViewQuery = (sql: string) => Promise<Record<string, unknown>[]>;

/** One tile of the page: what the view says, or why it could not be asked. */
export type Tile = {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly error?: string;
};

const ROWS_PER_TILE = 12;
const tiles = [
  { name: 'active_sessions', title: 'Active sessions' },
  { name: 'realtime_revenue', title: 'Revenue' },
  { name: 'top_viewed_items', title: 'Top viewed items' },
  { name: 'cart_trends', title: 'Cart trends' },
  { name: 'conversion_funnel', title: 'Conversion funnel' },
] as const;

/** Reads all tiles; one that fails says so and leaves the others alone. */
export async function readTiles(query: ViewQuery): Promise<Tile[]> {
  return Promise.all(
    tiles.map(async (tile): Promise<Tile> => {
      try {
        return { ...tile, rows: await query(`select * from analytics.${tile.name} limit ${ROWS_PER_TILE}`) };
      } catch {
        return { ...tile, rows: [], error: 'the database does not answer' };
      }
    }),
  );
}
