/** The attributes of `products` that events and the catalogue say, each with the column of its stamp: who said it, and when. */
export const attributes = [
  { column: 'name', stamp: 'name_stamp' },
  { column: 'category', stamp: 'category_stamp' },
  { column: 'brand', stamp: 'brand_stamp' },
  { column: 'unit_price', stamp: 'price_stamp' },
  { column: 'currency', stamp: 'price_stamp' },
] as const;
export type Attribute = (typeof attributes)[number];

export const stamps = ['name_stamp', 'category_stamp', 'brand_stamp', 'price_stamp'] as const;

/** The stamp of what the catalogue states: above every event's, which begin with 0 or 1. */
export const CATALOGUE_STAMP = '2';

/** What events say of an attribute, in the row `p` of `products`: beside what the catalogue states of it, if it does. */
export const valueOfEvents = ({ column, stamp }: Attribute) =>
  `case when p.${stamp} = '${CATALOGUE_STAMP}' then p.event_${column} else p.${column} end`;
export const stampOfEvents = (stamp: string) =>
  `case when p.${stamp} = '${CATALOGUE_STAMP}' then p.event_${stamp} else p.${stamp} end`;
