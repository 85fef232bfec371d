import type { CatalogueProduct } from '../events/catalogue-product.ts';
import { arraysOf, type Columns, names, unnest } from './columns.ts';
import type { Statement } from './database.ts';
import {
  type Attribute,
  attributes,
  CATALOGUE_STAMP,
  stampOfEvents,
  stamps,
  valueOfEvents,
} from './product-attributes.ts';

/** A row of `catalogue`: null in a time is what the request does not mention. */
type CatalogueRow = {
  product_id: string;
  name: string | null;
  name_at: string | null;
  category: string | null;
  category_at: string | null;
  brand: string | null;
  brand_at: string | null;
  unit_price: string | null;
  currency: string | null;
  price_at: string | null;
  available: boolean | null;
  available_at: string | null;
  hidden: boolean | null;
  hidden_at: string | null;
};

const columns: Columns<CatalogueRow> = {
  product_id: 'text',
  name: 'text',
  name_at: 'timestamptz',
  category: 'text',
  category_at: 'timestamptz',
  brand: 'text',
  brand_at: 'timestamptz',
  unit_price: 'numeric',
  currency: 'text',
  price_at: 'timestamptz',
  available: 'boolean',
  available_at: 'timestamptz',
  hidden: 'boolean',
  hidden_at: 'timestamptz',
};

function catalogueRow(product: CatalogueProduct, receivedAt: string): CatalogueRow {
  const { product_id, name, category, brand, unit_price, currency, available, hidden } = product;
  const saidAt = (value: unknown) => (value === undefined ? null : receivedAt);
  return {
    product_id,
    name: name ?? null,
    name_at: saidAt(name),
    category: category ?? null,
    category_at: saidAt(category),
    brand: brand ?? null,
    brand_at: saidAt(brand),
    unit_price: unit_price ?? null,
    currency: typeof unit_price === 'string' ? (currency ?? null) : null,
    price_at: saidAt(unit_price),
    available: available ?? null,
    available_at: saidAt(available),
    hidden: hidden ?? null,
    hidden_at: saidAt(hidden),
  };
}

const said: readonly (readonly [time: string, ...values: string[]])[] = [
  ['name_at', 'name'],
  ['category_at', 'category'],
  ['brand_at', 'brand'],
  ['price_at', 'unit_price', 'currency'],
  ['available_at', 'available'],
  ['hidden_at', 'hidden'],
];
const keepLater = (time: string, value: string) =>
  `${value} = case when excluded.${time} >= coalesce(c.${time}, '-infinity') then excluded.${value} else c.${value} end`;

/** Of two requests that meet, the one received later wins, whichever comes to the database first. */
const UPSERT_CATALOGUE = `insert into catalogue as c (${names(columns)})
  select ${names(columns)} from ${unnest(columns, 'said')} order by product_id
  on conflict (product_id) do update
  set ${said.flatMap(([time, ...values]) => [...values.map((value) => keepLater(time, value)), `${time} = greatest(c.${time}, excluded.${time})`]).join(', ')}`;

const attributeNames = attributes.map(({ column }) => column).join(', ');
const stampOf = ({ column, stamp }: Attribute) =>
  `case when ${column} is not null then '${CATALOGUE_STAMP}' end as ${stamp}`;
const stampsOf = attributes.filter(({ column }) => column !== 'currency').map(stampOf);

const isStated = (stamp: string) => `excluded.${stamp} is not null`;
const settle = (attribute: Attribute) => {
  const { column, stamp } = attribute;
  const ofEvents = valueOfEvents(attribute);
  return `${column} = case when ${isStated(stamp)} then excluded.${column} else ${ofEvents} end,
    event_${column} = case when ${isStated(stamp)} then ${ofEvents} end`;
};
const settleStamp = (stamp: string) => `${stamp} = coalesce(excluded.${stamp}, ${stampOfEvents(stamp)}),
    event_${stamp} = case when ${isStated(stamp)} then ${stampOfEvents(stamp)} end`;
/** As text, so that 4.50 in place of 4.5 is shown as it is said. */
const stated = ({ column, stamp }: Attribute) =>
  `case when p.${stamp} = '${CATALOGUE_STAMP}' then p.${column}::text end`;

/**
 * What the catalogue now says, brought into `products`: over what events say, which is kept beside it and comes back for what
 * the catalogue does not state any more. Sorted by key, as consumers sort theirs; a row that stays the same is not written.
 */
const UPSERT_PRODUCTS = `insert into products as p (product_id, ${attributeNames}, ${stamps.join(', ')}, available, hidden)
  select product_id, ${attributeNames}, ${stampsOf.join(', ')}, coalesce(available, true), coalesce(hidden, false)
  from catalogue where product_id = any ($1) order by product_id
  on conflict (product_id) do update
  set ${attributes.map(settle).join(', ')}, ${stamps.map(settleStamp).join(', ')},
    available = excluded.available, hidden = excluded.hidden
  where (${attributes.map(({ column }) => `excluded.${column}::text`).join(', ')}, excluded.available, excluded.hidden)
    is distinct from (${attributes.map(stated).join(', ')}, p.available, p.hidden)`;

/**
 * Stores what the catalogue says, in one transaction: first `catalogue`, whose rows keep requests for the same products
 * apart, then `products`. Doing it again changes nothing that anybody sees.
 *
 * @param products each product once.
 * @param receivedAt when the request was received, ISO 8601 with a zone.
 */
export function storeCatalogue(products: readonly CatalogueProduct[], receivedAt: string): Statement[] {
  const rows = products.map((product) => catalogueRow(product, receivedAt));
  return [
    { text: UPSERT_CATALOGUE, params: arraysOf(columns, rows) },
    { text: UPSERT_PRODUCTS, params: [rows.map(({ product_id }) => product_id)] },
  ];
}
