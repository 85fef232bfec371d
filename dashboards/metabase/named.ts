export type Named = { readonly id: number; readonly name: string; readonly model?: string };

/**
 * What bears a name in a list of Metabase's, which comes as such or under `data`; the oldest, should there be several.
 *
 * @param model of a collection's items: `card`, `dashboard`
 */
export function named(list: unknown, name: string, model?: string): Named | undefined {
  const items = (Array.isArray(list) ? list : (list as { data: unknown }).data) as Named[];
  return items
    .filter((item) => item.name === name && (model === undefined || item.model === model))
    .sort((a, b) => a.id - b.id)[0];
}
