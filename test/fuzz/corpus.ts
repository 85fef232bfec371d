/** What once broke something or nearly did, and what has broken others: tried on every run, before anything at random. */
export type Case = { why: string; path: '/events' | '/v1/batch' | '/mp/collect' | '/products'; body: string };

const view = (fields: string) => `{"type":"product_view","user_id":"u","product_id":"p"${fields}}`;
const track = (fields: string) =>
  `{"batch":[{"type":"track","event":"Product Viewed","userId":"u","messageId":"m",${fields}}]}`;
const deep = (open: string, close: string) => open.repeat(20_000) + close.repeat(20_000);

/** Neither text nor list, and has a length that compares with nothing. */
const oddLength = '{"length":{"toString":1},"toString":false}';

export const requests: readonly Case[] = [
  { why: 'a batch within a batch', path: '/events', body: `{"events":[{"events":[${view('')}]}]}` },
  { why: 'a field said twice', path: '/events', body: view(',"type":"purchase"') },
  { why: 'an own __proto__', path: '/events', body: view(',"__proto__":{"trusted":true}') },
  {
    why: 'a constructor with a prototype',
    path: '/events',
    body: view(',"constructor":{"prototype":{"trusted":true}}'),
  },
  { why: 'a number that is no double', path: '/events', body: view(',"currency":"EUR","unit_price":1e400') },
  { why: 'minus zero', path: '/events', body: view(',"currency":"EUR","unit_price":-0') },
  { why: 'a price in exponents', path: '/events', body: view(',"currency":"EUR","unit_price":1e21') },
  { why: 'digits of another script', path: '/events', body: view(',"currency":"EUR","unit_price":"٣"') },
  {
    why: '20,000 levels in a field',
    path: '/events',
    body: view(`,"context":${deep('{"page_url":', '}').replace(':}', ':1}')}`),
  },
  {
    why: 'a leap second',
    path: '/events',
    body: view(',"event_id":"6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3","occurred_at":"2016-12-31T23:59:60Z"'),
  },
  {
    why: 'a zone of 15:59',
    path: '/events',
    body: view(',"event_id":"6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3","occurred_at":"2026-01-01T00:00:00+15:59"'),
  },
  { why: 'an id with an odd length', path: '/events', body: view(`,"anonymous_id":${oddLength}`) },
  { why: 'a time with an odd length', path: '/events', body: view(`,"occurred_at":${oddLength}`) },
  { why: 'events with an odd length', path: '/events', body: `{"events":${oddLength}}` },
  { why: 'items with an odd length', path: '/events', body: `{"type":"purchase","order_id":"o","items":${oddLength}}` },
  { why: 'products with an odd length', path: '/products', body: `{"products":${oddLength}}` },
  {
    why: 'an id with an odd length, of a product',
    path: '/products',
    body: `{"products":[{"product_id":${oddLength}}]}`,
  },
  {
    why: 'an id with an odd length, in a batch',
    path: '/v1/batch',
    body: `{"batch":[{"type":"track","userId":${oddLength}}]}`,
  },
  { why: 'an id with an odd length, of a client', path: '/mp/collect', body: `{"client_id":${oddLength},"events":[]}` },
  { why: 'a body that is a number', path: '/events', body: '1' },
  { why: 'a key of U+0000', path: '/events', body: view(',"\\u0000":1') },
  {
    why: 'a name of half a character',
    path: '/v1/batch',
    body: track('"properties":{"product_id":"p","name":"\\ud83d"}'),
  },
  {
    why: 'an event called toString',
    path: '/v1/batch',
    body: track('"properties":{}').replace('Product Viewed', 'toString'),
  },
  { why: 'a type called __proto__', path: '/v1/batch', body: '{"batch":[{"type":"__proto__","userId":"u"}]}' },
  { why: '20,000 levels in an id', path: '/v1/batch', body: track(`"properties":{"product_id":${deep('[', ']')}}`) },
  {
    why: 'products that are one text',
    path: '/v1/batch',
    body: track('"properties":{"products":"p"}').replace('Product Viewed', 'Order Completed'),
  },
  {
    why: 'an event called constructor',
    path: '/mp/collect',
    body: '{"client_id":"c","events":[{"name":"constructor","params":{}}]}',
  },
  {
    why: 'a time of 10^308 microseconds',
    path: '/mp/collect',
    body: '{"client_id":"c","timestamp_micros":1e308,"events":[{"name":"begin_checkout"}]}',
  },
  {
    why: 'items that hold null',
    path: '/mp/collect',
    body: '{"client_id":"c","events":[{"name":"view_item","params":{"items":[null]}}]}',
  },
  {
    why: 'a price of 5e-324',
    path: '/mp/collect',
    body: '{"client_id":"c","events":[{"name":"view_item","params":{"items":[{"item_id":"p","price":5e-324,"currency":"EUR"}]}}]}',
  },
  {
    why: 'a product called __proto__',
    path: '/products',
    body: '{"products":[{"product_id":"__proto__","name":"n"}]}',
  },
  {
    why: 'an own __proto__ in a product',
    path: '/products',
    body: '{"products":[{"product_id":"p","__proto__":{"hidden":true}}]}',
  },
];

/** Values of a topic, as text. */
export const values: readonly string[] = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '0',
    '""',
    '[]',
    '{}',
    '{',
    '\u0000',
    '\ufeff{}',
    '{"a":1}{"a":1}',
    'NaN',
    '-',
    '1e999',
    deep('[', ']'),
    deep('{"a":', '}'),
  ],
  `{"type":"identify","user_id":"u","anonymous_id":${oddLength}}`,
  `{"type":"product_view","received_at":${oddLength}}`,
  '{"__proto__":{"type":"product_view"}}',
  '{"type":"toString","received_at":"2026-11-01T12:00:00Z"}',
  '{"type":"product_view","received_at":"0000-01-01T00:00:00Z","event_id":"\\u0000"}',
  `{"type":"product_view","${'x'.repeat(100_000)}":1}`,
];
